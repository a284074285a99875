package dev.trine.router.route;

import dev.trine.common.model.NodeId;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.authorizer.Act;
import dev.trine.router.authorizer.Asker;
import dev.trine.router.authorizer.Authorizer;
import dev.trine.router.directory.Bearer;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.Credential;
import dev.trine.router.metadata.RefLimit;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Repository.Phase;
import dev.trine.router.metadata.Scope;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.repositories.Creation;
import dev.trine.router.route.Permission.Permitted;
import dev.trine.router.routing.Decision;
import dev.trine.router.routing.Operation;
import dev.trine.router.version.Routed;
import dev.trine.router.version.Routes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Routes a client's Git operation: may he, does it exist, which node. Any thread. */
public final class RouteService {
    private final Directory directory;
    private final Routes routes;
    private final Nodes nodes;
    private final Creation creation;
    private final CreateOnPush createOnPush;
    private final Permission permission;
    private final UpstreamRoutes upstreams;
    private final Authorizer authorizer;

    public RouteService(Directory directory, Routes routes, Nodes nodes, Creation creation, Rules rules,
                        Authorizer authorizer) {
        this.permission = new Permission(rules.anonymousRead());
        this.upstreams = new UpstreamRoutes(directory, permission);
        this.createOnPush = rules.createOnPush();
        this.authorizer = authorizer;
        this.directory = directory;
        this.routes = routes;
        this.nodes = nodes;
        this.creation = creation;
    }

    /**
     * What the configuration lets everybody do.
     *
     * @param createOnPush  who creates a repository by pushing to a path that does not exist
     * @param anonymousRead whether a public repository is read without signing in
     */
    public record Rules(CreateOnPush createOnPush, BooleanSupplier anonymousRead) {
    }

    /**
     * What a client wants.
     *
     * @param given     path of the repository
     * @param presented by what he signed in
     * @param operation what he wants to do
     * @param client    his address, "host:port"; empty: not known
     */
    public record Wish(GivenPath given, Credential presented, Operation operation, String client) {
        RepoPath path() {
            return given.path();
        }
    }

    /** Finds the way, and creates the repository first where a push may. */
    public Answer<Way> route(Wish wish, Set<NodeId> avoid) throws InterruptedException {
        Optional<Bearer> bearer = directory.bearer(wish.presented());
        if (bearer.isEmpty()) {
            return Answer.refuse(Refusal.notFound(Permission.missing(wish.path())));
        }
        avoid.forEach(nodes::reportFailure);
        Optional<Refusal> passing = upstreams.refusal(wish.given(), bearer.get());
        if (passing.isPresent()) {
            return Answer.refuse(passing.get());
        }
        Asker asker = Asker.of(bearer.get(), wish.client());
        Optional<UpstreamRoutes.Elsewhere> elsewhere = upstreams.elsewhere(wish.given());
        return elsewhere.isPresent() ? there(elsewhere.get(), wish, bearer.get(), asker)
            : here(wish, bearer.get(), asker, avoid).map(route -> route);
    }

    private Answer<Way> there(UpstreamRoutes.Elsewhere elsewhere, Wish wish, Bearer bearer, Asker asker) {
        return upstreams.route(elsewhere, wish.given(), bearer, wish.operation())
            .then(way -> authorizer.unlessForbidden(way, asker, Scope.of(elsewhere.sent().path()),
                act(wish.operation())));
    }

    private Answer<Way.Route> here(Wish wish, Bearer bearer, Asker asker, Set<NodeId> avoid)
        throws InterruptedException {
        Optional<Repository> found = directory.repository(wish.path()).value();
        Answer<Permitted> permitted = found.filter(known -> known.phase() == Phase.ACTIVE).isEmpty()
            ? created(absent(wish, bearer, asker, found), bearer)
            : unlessForbidden(permission.of(bearer, found.get(), wish.operation(), wish.path()), asker,
                wish.operation());
        return routed(permitted, wish.operation(), avoid);
    }

    private Answer<Permitted> unlessForbidden(Answer<Permitted> permitted, Asker asker, Operation operation) {
        return permitted.then(allowed -> authorizer.unlessForbidden(allowed, asker,
            Scope.of(allowed.repository().path()), act(operation)));
    }

    private static Act act(Operation operation) {
        return switch (operation) {
            case READ -> Act.READ;
            case WRITE -> Act.WRITE;
        };
    }

    private Answer<Permitted> created(Answer<Repository> made, Bearer by) {
        return made.then(repository -> permission.of(by, repository, Operation.WRITE, repository.path()));
    }

    /**
     * Finds the way to write to a repository that is known to exist, if the caller may push to it now: somebody who
     * tries again may have been disabled meanwhile.
     */
    public Answer<Way.Route> write(Repository repository, Access caller, Set<NodeId> avoid)
        throws InterruptedException {
        Optional<Refusal> elsewhere = upstreams.refusalOfChange(repository.path());
        if (elsewhere.isPresent()) {
            return Answer.refuse(elsewhere.get());
        }
        Answer<Permitted> permitted = permission.toPush(repository, directory.access(caller.user().id())
            .flatMap(now -> now.within(caller.limits()).roleAt(Scope.of(repository.path()))), repository.path());
        return routed(unlessForbidden(permitted, Asker.of(caller), Operation.WRITE), Operation.WRITE, avoid);
    }

    private Answer<Way.Route> routed(Answer<Permitted> permitted, Operation operation, Set<NodeId> avoid)
        throws InterruptedException {
        return switch (permitted) {
            case Answer.Given<Permitted> given -> serving(
                routes.route(given.value().repository(), operation, avoid), given.value().limits());
            case Answer.Refused<Permitted> refused -> Answer.refuse(refused.why());
        };
    }

    private Answer<Repository> absent(Wish wish, Bearer bearer, Asker asker, Optional<Repository> unfinished)
        throws InterruptedException {
        Scope at = Scope.of(wish.path());
        Optional<AccessRole> role = bearer.roleAt(at);
        boolean mayCreate = switch (createOnPush) {
            case OFF -> false;
            case ADMINS -> role.filter(has -> has.contains(AccessRole.ADMINISTRATOR)).isPresent();
            case WRITERS -> role.filter(has -> has.contains(AccessRole.WRITER)).isPresent();
        };
        if (wish.operation() == Operation.READ || !mayCreate
            || unfinished.filter(known -> known.phase() == Phase.DELETING).isPresent()) {
            return Answer.refuse(Refusal.notFound(Permission.missing(wish.path())));
        }
        return switch (authorizer.unlessForbidden(wish.path(), asker, at, Act.WRITE)) {
            case Answer.Given<RepoPath> allowed -> creation.createOrFind(allowed.value());
            case Answer.Refused<RepoPath> refused -> Answer.refuse(refused.why());
        };
    }

    private Answer<Way.Route> serving(Routed routed, List<RefLimit> limits) {
        return switch (routed.decision()) {
            case Decision.Serve serve -> Answer.of(nodes.node(serve.at().node())
                    .map(node -> new Way.Route(routed, serve, node.address(), node.zone(), limits)),
                Refusal.away("node " + serve.at().node() + " has no address any more; try again"));
            case Decision.Refuse refuse -> Answer.refuse(Refusal.away("repository " + routed.repository().path()
                + ": " + refuse.why()));
            case Decision.Gone gone -> {
                directory.changedPath(routed.repository().path());
                yield Answer.refuse(Refusal.notFound(Permission.missing(routed.repository().path())));
            }
            case Decision.AwaitMore more -> throw Routed.undecided(more);
            case Decision.Repair repair -> throw Routed.undecided(repair);
            case Decision.Restart restart -> throw Routed.undecided(restart);
        };
    }
}
