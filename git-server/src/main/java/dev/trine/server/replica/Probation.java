package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.HistoryReply;
import dev.trine.proto.HistoryRequest;
import dev.trine.proto.ReplicationGrpc;
import dev.trine.server.store.DiskHistory;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node that starts may run on an older copy of its disk and have forgotten what it promised. So it takes no part
 * until another node has said that it never heard of more from this disk, which costs nothing, since it needs that
 * node anyway; and if the files were copied, until all others have. Called by many threads.
 */
final class Probation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Probation.class);
    private static final Duration ASK_EVERY = Duration.ofMillis(100);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
    private static final Duration STOP_MAX = Duration.ofSeconds(3);

    /** Why nothing is served, a clause. */
    static final String WHY = "this node has not heard from enough other nodes since it started";

    private final Member self;
    private final DiskHistory history;
    private final Map<NodeId, Channel> peers;
    private final Runnable then;
    private final boolean inPlace;
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().daemon().name("probation").unstarted(this::run);

    /**
     * Asks nobody yet; a node without others has nobody to ask.
     *
     * @param then runs at its end
     */
    Probation(Member self, DiskHistory history, Map<NodeId, Channel> peers, Runnable then) {
        this.then = then;
        this.self = self;
        this.history = history;
        this.peers = Map.copyOf(peers);
        this.inPlace = history.isInPlace();
    }

    void start() {
        if (peers.isEmpty()) {
            over.countDown();
            then.run();
        } else {
            thread.start();
        }
    }

    /** Waits for its end. Returns whether it has come. */
    boolean awaitEnd(Duration max) throws InterruptedException {
        return over.await(max.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void run() {
        Set<NodeId> answered = new HashSet<>();
        try {
            boolean told = false;
            while (answered.size() < peers.size()) {
                for (NodeId node : peers.keySet()) {
                    if (!answered.contains(node) && asked(node)) {
                        answered.add(node);
                    }
                }
                if (over.getCount() > 0 && answered.size() >= (inPlace ? 1 : peers.size())) {
                    end();
                } else if (!inPlace && !told) {
                    told = true;
                    LOG.atWarn().log("the data directory's files were copied or changed since the last start: this node"
                        + " takes no part until every other node has said that nothing is missing");
                }
                if (stopped.await(ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        if (!inPlace) {
            history.settle();
            LOG.atInfo().log("every other node says that nothing is missing in the data directory");
        }
        over.countDown();
        then.run();
    }

    /** Refuses what only a node may do that remembers all it promised, unless the end comes soon. */
    void check(Duration max) throws ReplicaStoppedException, InterruptedException {
        if (!awaitEnd(max)) {
            throw new ReplicaStoppedException(WHY, true);
        }
    }

    /** Whether that node has said that it heard of no more; one that did ends this process. */
    private boolean asked(NodeId node) {
        HistoryRequest request = HistoryRequest.newBuilder().setSender(Wire.toProto(self))
            .setSequence(history.sequence()).build();
        try {
            HistoryReply reply = ReplicationGrpc.newBlockingStub(peers.get(node))
                .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS).history(request);
            if (reply.getHeard() > history.sequence()) {
                history.isOld(Wire.fromProto(reply.getMember()), reply.getHeard());
                return false;
            }
            history.heard(Wire.fromProto(reply.getMember()), reply.getSequence());
            return true;
        } catch (StatusRuntimeException e) {
            LOG.atDebug().addKeyValue("peer", node).log("not asked: {}", e.getStatus());
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopped.countDown();
        thread.interrupt();
        if (thread.isAlive()) {
            thread.join(STOP_MAX);
        }
    }
}
