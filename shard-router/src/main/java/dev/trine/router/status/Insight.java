package dev.trine.router.status;

import dev.trine.common.model.NodeId;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.Directory;
import dev.trine.router.directory.Known;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.Repository;
import dev.trine.router.repositories.RepositoryService;
import dev.trine.router.routing.Operation;
import dev.trine.router.version.Routed;
import dev.trine.router.version.Routes;
import java.util.List;
import java.util.Optional;

/** What a caller may see of the cluster's inside. Any thread. */
public final class Insight {
    private final RepositoryService repositories;
    private final Directory directory;
    private final Routes routes;
    private final Inspection inspection;
    private final ClusterInspection cluster;
    private final StorageRepairs repairs;

    public Insight(RepositoryService repositories, Directory directory, Routes routes, Inspection inspection,
                   ClusterInspection cluster, StorageRepairs repairs) {
        this.repositories = repositories;
        this.directory = directory;
        this.routes = routes;
        this.inspection = inspection;
        this.cluster = cluster;
        this.repairs = repairs;
    }

    /** A repository with its replicas, for who may read it. */
    public Answer<RepositoryView> describe(Access caller, String pathOrId) throws InterruptedException {
        return switch (repositories.find(caller, pathOrId)) {
            case Answer.Given<Repository> given -> Answer.of(inspection.describe(given.value()));
            case Answer.Refused<Repository> refused -> Answer.refuse(refused.why());
        };
    }

    /** The cluster, for its administrators. */
    public Answer<ClusterView> cluster(Access caller) throws InterruptedException {
        return caller.administersCluster() ? Answer.of(cluster.view())
            : Answer.refuse(Refusal.forbidden("only administrators of the cluster may see its status"));
    }

    /** Has a repository's replicas verified and repaired, for administrators of the cluster. */
    public Answer<List<StorageRepairs.Repaired>> repair(Access caller, String pathOrId, Optional<NodeId> node) {
        if (!caller.administersCluster()) {
            return Answer.refuse(Refusal.forbidden("only administrators of the cluster may have replicas repaired"));
        }
        return switch (repositories.find(caller, pathOrId)) {
            case Answer.Given<Repository> given -> repairs.repair(given.value(), node);
            case Answer.Refused<Repository> refused -> Answer.refuse(refused.why());
        };
    }

    /** A node as its last heartbeat showed it; empty: there is no such node. */
    public Optional<NodeReport> node(NodeId id) {
        return cluster.node(id);
    }

    /** A route decision, and where the placement came from. */
    public record Explained(Routed routed, Known<?> placement) {
    }

    /** How that operation would be routed, for who may read the repository. Changes nothing. */
    public Answer<Explained> explain(Access caller, String pathOrId, Operation operation)
        throws InterruptedException {
        return switch (repositories.find(caller, pathOrId)) {
            case Answer.Given<Repository> given -> Answer.of(new Explained(routes.explain(given.value(), operation),
                directory.repository(given.value().path())));
            case Answer.Refused<Repository> refused -> Answer.refuse(refused.why());
        };
    }
}
