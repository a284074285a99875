package dev.trine.router.route;

import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.Bearer;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.MigrationPlan;
import dev.trine.router.metadata.RefLimit;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Repository.Phase;
import dev.trine.router.metadata.Scope;
import dev.trine.router.routing.Operation;
import java.util.List;
import java.util.Optional;

/** Decides which operations an upstream serves, and for whom: migration rules say where, access is ours as ever. */
final class UpstreamRoutes {
    private final Directory directory;
    private final Permission permission;

    UpstreamRoutes(Directory directory, Permission permission) {
        this.directory = directory;
        this.permission = permission;
    }

    /**
     * A repository that an upstream serves.
     *
     * @param known the repository of that path that there is here, too
     */
    record Elsewhere(MigrationPlan.Sent sent, Optional<Repository> known) {
    }

    /**
     * Whether an upstream serves what a client names; empty: none does, or the client passes the rules by. What was
     * renamed here goes by its path of today.
     */
    Optional<Elsewhere> elsewhere(GivenPath given) {
        MigrationPlan plan = directory.migration();
        if (given.here() || plan.rules().isEmpty()) {
            return Optional.empty();
        }
        Optional<Repository> known = known(given.path());
        return plan.sent(known.map(Repository::path).orElse(given.path())).map(sent -> new Elsewhere(sent, known));
    }

    /** Sends an operation there, if the caller may do it. */
    Answer<Way> route(Elsewhere where, GivenPath given, Bearer bearer, Operation operation) {
        MigrationPlan.Sent sent = where.sent();
        return permitted(where, given.path(), bearer, operation).then(limits -> {
            if (operation == Operation.WRITE && sent.by().readOnly()) {
                return Answer.refuse(Refusal.forbidden("repository " + sent.path() + " is being moved here and cannot"
                    + " be pushed to meanwhile; try again later, or ask the administrators how long it takes"));
            }
            return Answer.of(new Way.Upstream(sent, given.suffix(), limits));
        });
    }

    /**
     * What the caller may not do with some refs, if he may do that: as in the repository that there is here already.
     * Where there is none yet, roles on the path decide, and there are no rules of refs.
     */
    private Answer<List<RefLimit>> permitted(Elsewhere where, RepoPath asked, Bearer bearer, Operation operation) {
        RepoPath path = where.sent().path();
        return where.known().isPresent()
            ? permission.of(bearer, where.known().get(), operation, asked).map(Permission.Permitted::limits)
            : permission.beyond(path, bearer.roleAt(Scope.of(path)), operation).map(may -> List.of());
    }

    private Optional<Repository> known(RepoPath path) {
        try {
            return directory.repository(path).value().filter(found -> found.phase() == Phase.ACTIVE);
        } catch (MetadataAwayException away) {
            return Optional.empty(); // what there is here is known without the database
        }
    }

    /** Why somebody may not pass the migration rules by; empty: he may, or does not want to. */
    Optional<Refusal> refusal(GivenPath given, Bearer bearer) {
        if (!given.here()) {
            return Optional.empty();
        }
        RepoPath path = known(given.path()).map(Repository::path).orElse(given.path());
        Optional<AccessRole> role = bearer.roleAt(Scope.of(path));
        if (role.filter(has -> has.contains(AccessRole.ADMINISTRATOR)).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(role.isEmpty() ? Refusal.notFound(Permission.missing(given.path()))
            : Refusal.forbidden("'+here/' passes migration rules by, and takes the role of administrator at "
                + path + "; leave it out"));
    }

    /** Why refs are not changed here; empty: no upstream serves the repository. */
    Optional<Refusal> refusalOfChange(RepoPath path) {
        return directory.migration().sent(path).map(sent -> new Refusal(Refusal.Reason.WRONG_STATE, "repository " + path
            + " is still served by upstream " + sent.to().name() + ", by the migration rule on '" + sent.by().scope()
            + "'; change its refs there"));
    }
}
