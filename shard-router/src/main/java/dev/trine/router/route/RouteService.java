package dev.trine.router.route;

import dev.trine.common.model.NodeId;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
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

    public RouteService(Directory directory, Routes routes, Nodes nodes, Creation creation, CreateOnPush createOnPush,
                        BooleanSupplier anonymousRead) {
        this.permission = new Permission(anonymousRead);
        this.upstreams = new UpstreamRoutes(directory, permission);
        this.directory = directory;
        this.routes = routes;
        this.nodes = nodes;
        this.creation = creation;
        this.createOnPush = createOnPush;
    }

    /** Finds the way, and creates the repository first where a push may. */
    public Answer<Way> route(GivenPath given, Credential presented, Operation operation, Set<NodeId> avoid)
        throws InterruptedException {
        Optional<Bearer> bearer = directory.bearer(presented);
        if (bearer.isEmpty()) {
            return Answer.refuse(Refusal.notFound(Permission.missing(given.path())));
        }
        avoid.forEach(nodes::reportFailure);
        Optional<Refusal> passing = upstreams.refusal(given, bearer.get());
        if (passing.isPresent()) {
            return Answer.refuse(passing.get());
        }
        Optional<UpstreamRoutes.Elsewhere> elsewhere = upstreams.elsewhere(given);
        return elsewhere.isPresent() ? upstreams.route(elsewhere.get(), given.suffix(), bearer.get(), operation)
            : here(given.path(), bearer.get(), operation, avoid).map(route -> route);
    }

    private Answer<Way.Route> here(RepoPath path, Bearer bearer, Operation operation, Set<NodeId> avoid)
        throws InterruptedException {
        Optional<Repository> found = directory.repository(path).value();
        Answer<Permitted> permitted = found.filter(known -> known.phase() == Phase.ACTIVE).isEmpty()
            ? created(absent(path, bearer.roleAt(Scope.of(path)), operation, found), bearer)
            : permission.of(bearer, found.get(), operation);
        return routed(permitted, operation, avoid);
    }

    private Answer<Permitted> created(Answer<Repository> made, Bearer by) {
        return made.then(repository -> permission.of(by, repository, Operation.WRITE));
    }

    /** Finds the way to write to a repository that is known to exist, if the caller may push to it. */
    public Answer<Way.Route> write(Repository repository, Access caller, Set<NodeId> avoid)
        throws InterruptedException {
        Optional<Refusal> elsewhere = upstreams.refusalOfChange(repository.path());
        return elsewhere.isPresent() ? Answer.refuse(elsewhere.get())
            : routed(permission.toPush(repository, caller.roleAt(Scope.of(repository.path()))), Operation.WRITE, avoid);
    }

    private Answer<Way.Route> routed(Answer<Permitted> permitted, Operation operation, Set<NodeId> avoid)
        throws InterruptedException {
        return switch (permitted) {
            case Answer.Given<Permitted> given -> serving(
                routes.route(given.value().repository(), operation, avoid), given.value().limits());
            case Answer.Refused<Permitted> refused -> Answer.refuse(refused.why());
        };
    }

    private Answer<Repository> absent(RepoPath path, Optional<AccessRole> role, Operation operation,
                                      Optional<Repository> unfinished) throws InterruptedException {
        boolean mayCreate = switch (createOnPush) {
            case OFF -> false;
            case ADMINS -> role.filter(has -> has.contains(AccessRole.ADMINISTRATOR)).isPresent();
            case WRITERS -> role.filter(has -> has.contains(AccessRole.WRITER)).isPresent();
        };
        if (operation == Operation.READ || !mayCreate
            || unfinished.filter(known -> known.phase() == Phase.DELETING).isPresent()) {
            return Answer.refuse(Refusal.notFound(Permission.missing(path)));
        }
        return creation.createOrFind(path);
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
