package dev.trine.router.route;

import dev.trine.common.model.NodeId;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.Directory;
import dev.trine.router.directory.Known;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Repository.Phase;
import dev.trine.router.metadata.Scope;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.repositories.Creation;
import dev.trine.router.routing.Decision;
import dev.trine.router.routing.Operation;
import dev.trine.router.version.Routed;
import dev.trine.router.version.Routes;
import java.util.Optional;
import java.util.Set;

/** Routes a client's Git operation: may he, does it exist, which node. Any thread. */
public final class RouteService {
    private final Directory directory;
    private final Routes routes;
    private final Nodes nodes;
    private final Creation creation;
    private final CreateOnPush createOnPush;

    public RouteService(Directory directory, Routes routes, Nodes nodes, Creation creation, CreateOnPush createOnPush) {
        this.directory = directory;
        this.routes = routes;
        this.nodes = nodes;
        this.creation = creation;
        this.createOnPush = createOnPush;
    }

    /** A route that some node serves. */
    public record Route(Routed routed, Decision.Serve serve, String address, String zone) {
    }

    /** Finds the route, and creates the repository first where a push may. */
    public Answer<Route> route(RepoPath path, long userId, Operation operation, Set<NodeId> avoid)
        throws InterruptedException {
        Optional<Access> access = directory.access(userId).filter(known -> !known.user().disabled());
        if (access.isEmpty()) {
            return Answer.refuse(Refusal.notFound(missing(path)));
        }
        avoid.forEach(nodes::reportFailure);
        Optional<AccessRole> role = access.get().roleAt(Scope.of(path));
        Known<Optional<Repository>> found = directory.repository(path);
        Answer<Repository> repository = found.value().filter(known -> known.phase() == Phase.ACTIVE).isEmpty()
            ? absent(path, role, operation, found.value()) : permitted(found.value().get(), role, operation);
        return switch (repository) {
            case Answer.Given<Repository> given -> serving(routes.route(given.value(), operation, avoid));
            case Answer.Refused<Repository> refused -> Answer.refuse(refused.why());
        };
    }

    /** Finds the way to write to a repository that is known to exist, if the caller may push to it. */
    public Answer<Route> write(Repository repository, Access caller, Set<NodeId> avoid) throws InterruptedException {
        return switch (permitted(repository, caller.roleAt(Scope.of(repository.path())), Operation.WRITE)) {
            case Answer.Given<Repository> given -> serving(routes.route(given.value(), Operation.WRITE, avoid));
            case Answer.Refused<Repository> refused -> Answer.refuse(refused.why());
        };
    }

    private static String missing(RepoPath path) {
        return "there is no repository " + path + ", or you may not see it";
    }

    private static Answer<Repository> permitted(Repository repository, Optional<AccessRole> role, Operation operation) {
        if (role.isEmpty()) {
            return Answer.refuse(Refusal.notFound(missing(repository.path())));
        }
        return operation == Operation.READ || role.get().contains(AccessRole.WRITER) ? Answer.of(repository)
            : Answer.refuse(Refusal.forbidden("you may read " + repository.path() + " but not push to it; ask for the"
                + " role of writer"));
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
            return Answer.refuse(Refusal.notFound(missing(path)));
        }
        return creation.createOrFind(path);
    }

    private Answer<Route> serving(Routed routed) {
        return switch (routed.decision()) {
            case Decision.Serve serve -> Answer.of(nodes.node(serve.at().node())
                    .map(node -> new Route(routed, serve, node.address(), node.zone())),
                Refusal.away("node " + serve.at().node() + " has no address any more; try again"));
            case Decision.Refuse refuse -> Answer.refuse(Refusal.away("repository " + routed.repository().path()
                + ": " + refuse.why()));
            case Decision.Gone gone -> {
                directory.changedPath(routed.repository().path());
                yield Answer.refuse(Refusal.notFound(missing(routed.repository().path())));
            }
            case Decision.AwaitMore more -> throw Routed.undecided(more);
            case Decision.Repair repair -> throw Routed.undecided(repair);
            case Decision.Restart restart -> throw Routed.undecided(restart);
        };
    }
}
