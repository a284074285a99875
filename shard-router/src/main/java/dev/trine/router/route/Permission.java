package dev.trine.router.route;

import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.Bearer;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.RefLimit;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.Visibility;
import dev.trine.router.routing.Operation;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Decides who may read a repository, and who may push to it. */
final class Permission {
    private final BooleanSupplier anonymousRead;

    /** Decides so that a public repository is read without signing in, or not, as it is said then. */
    Permission(BooleanSupplier anonymousRead) {
        this.anonymousRead = anonymousRead;
    }

    /** A repository in which the caller may do what he wants to, but for those refs. */
    record Permitted(Repository repository, List<RefLimit> limits) {
    }

    static String missing(RepoPath path) {
        return "there is no repository " + path + ", or you may not see it";
    }

    /**
     * Whether somebody may do that.
     *
     * @param asked the path that he named: where the repository is now, only who may see it is told
     */
    Answer<Permitted> of(Bearer bearer, Repository repository, Operation operation, RepoPath asked) {
        Scope at = Scope.of(repository.path());
        Optional<AccessRole> role = bearer.roleAt(at);
        if (role.isEmpty() && isOpenTo(bearer, repository.policy().visibility(), at)) {
            role = Optional.of(AccessRole.READER);
        }
        return switch (operation) {
            case READ -> role.isPresent() ? Answer.of(new Permitted(repository, List.of()))
                : Answer.refuse(Refusal.notFound(missing(asked)));
            case WRITE -> toPush(repository, role, asked);
        };
    }

    /** Whether somebody with that role may do that to a repository that is not here. */
    Answer<RepoPath> beyond(RepoPath path, Optional<AccessRole> role, Operation operation) {
        if (role.isEmpty()) {
            return Answer.refuse(Refusal.notFound(missing(path)));
        }
        return operation == Operation.READ || role.get().contains(AccessRole.WRITER) ? Answer.of(path)
            : Answer.refuse(notWriter(path));
    }

    private static Refusal notWriter(RepoPath path) {
        return Refusal.forbidden("you may read " + path + " but not push to it; ask for the role of writer");
    }

    private boolean isOpenTo(Bearer bearer, Visibility visibility, Scope at) {
        boolean user = bearer.user().isPresent() && bearer.credential().rights().at(at).isPresent();
        return switch (visibility) {
            case PRIVATE -> false;
            case INTERNAL -> user;
            case PUBLIC -> user || anonymousRead.getAsBoolean();
        };
    }

    /** Whether somebody with that role may push to what he named so. */
    Answer<Permitted> toPush(Repository repository, Optional<AccessRole> role, RepoPath asked) {
        if (role.isEmpty()) {
            return Answer.refuse(Refusal.notFound(missing(asked)));
        }
        if (!role.get().contains(AccessRole.WRITER)) {
            return Answer.refuse(notWriter(repository.path()));
        }
        if (repository.policy().archived()) {
            return Answer.refuse(Refusal.forbidden("repository " + repository.path() + " is archived and read-only; a"
                + " maintainer can end that with 'trine repo unarchive " + repository.path() + "'"));
        }
        return Answer.of(new Permitted(repository, repository.policy().limitsFor(role.get())));
    }
}
