package dev.trine.router.repositories;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.CreateReplicaReply;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.Role;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Repository.Phase;
import dev.trine.router.nodes.NodeCalls;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.nodes.Reply;
import io.grpc.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes what was begun while nodes or routers were away: creations that were broken off, replicas that were never
 * confirmed to exist, deletions.
 * A member that once had its replica is never given an empty one again: if it says that it has none, the repository is
 * lost there, and an empty replica would forget what it promised. Several routers may do this at once.
 */
public final class Reconciler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final int BATCH_MAX = 100;
    /** A creation that takes longer was broken off. */
    private static final Duration CREATION_MAX = Duration.ofSeconds(15);

    private final Metadata metadata;
    private final Creation creation;
    private final Deletion deletion;
    private final Nodes nodes;
    private final ReplicaCalls replicas;
    private final Clock clock;
    private final ExecutorService loop = Executors.newVirtualThreadPerTaskExecutor();

    public Reconciler(Metadata metadata, Creation creation, Deletion deletion, NodeCalls calls, Nodes nodes,
                      Clock clock) {
        this.metadata = metadata;
        this.creation = creation;
        this.clock = clock;
        this.deletion = deletion;
        this.nodes = nodes;
        this.replicas = new ReplicaCalls(calls, nodes);
    }

    /** Begins, so often. */
    public void start(Duration interval) {
        loop.submit(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    runOnce();
                } catch (MetadataAwayException away) {
                    log.atDebug().log("nothing is reconciled while the metadata database is away");
                } catch (RuntimeException e) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("the router is stopping");
                    }
                    log.atError().setCause(e).log("reconciling failed once");
                }
                TimeUnit.NANOSECONDS.sleep(interval.toNanos());
            }
            return null;
        });
    }

    /** Looks once at everything unfinished, at most so much of each kind as one batch holds. */
    public void runOnce() throws InterruptedException {
        Instant brokenOff = clock.instant().minus(CREATION_MAX);
        for (Repository repository : metadata.repositories().inPhase(Phase.CREATING, BATCH_MAX)) {
            if (repository.created().isBefore(brokenOff)) {
                creation.resume(repository);
            }
        }
        for (Repository repository : metadata.repositories().withUnconfirmedMembers(BATCH_MAX)) {
            Set<NodeId> unconfirmed = metadata.repositories().unconfirmed(repository.id());
            repository.placement().members().stream().filter(member -> unconfirmed.contains(member.node()))
                .filter(member -> !nodes.isDemoted(member.node())).forEach(member -> complete(repository, member));
        }
        for (Repository repository : metadata.repositories().inPhase(Phase.DELETING, BATCH_MAX)) {
            deletion.finish(repository);
        }
    }

    private void complete(Repository repository, Member member) {
        if (hasReplica(repository.id(), member) || isMade(repository, member)) {
            metadata.repositories().confirm(repository.id(), member);
            log.atInfo().addKeyValue("repo", repository.id()).addKeyValue("node", member.node())
                .log("replica is confirmed");
        }
    }

    private boolean hasReplica(RepoId repo, Member member) {
        return replicas.describe(member, repo) instanceof Reply.Done<ReplicaDescription> done
            && done.value().getMember().equals(Wire.toProto(member))
            && done.value().getRole() != Role.UNKNOWN && done.value().getRole() != Role.ROLE_UNSPECIFIED;
    }

    private boolean isMade(Repository repository, Member member) {
        return switch (replicas.create(member, repository)) {
            case Reply.Done<CreateReplicaReply> done -> true;
            // it once had the repository: never again
            case Reply.Failed<CreateReplicaReply> failed -> failed.code() == Status.Code.ALREADY_EXISTS;
        };
    }

    @Override
    public void close() {
        loop.shutdownNow();
    }
}
