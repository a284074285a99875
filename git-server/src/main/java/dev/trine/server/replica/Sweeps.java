package dev.trine.server.replica;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.proto.CompareReply;
import dev.trine.proto.Role;
import dev.trine.proto.Standing;
import dev.trine.server.store.ReplicaStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what differs after a node was away, this one or another: compares the positions of all repositories that both
 * have, a thousand at a time, one comparison after the other, and has those that differ looked at.
 */
final class Sweeps implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeps.class);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(2);
    private static final Duration STOP_MAX = Duration.ofSeconds(5);

    private final ReplicaStore store;
    private final Standings standings;
    private final PeerStreams streams;
    private final CatchUp catchUp;
    private final BlockingQueue<NodeId> due = new LinkedBlockingQueue<>();
    private final Set<NodeId> waiting = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    Sweeps(ReplicaStore store, Standings standings, PeerStreams streams, CatchUp catchUp) {
        this.store = store;
        this.standings = standings;
        this.streams = streams;
        this.catchUp = catchUp;
        this.thread = Thread.ofPlatform().daemon().name("sweep").unstarted(this::run);
    }

    /** Starts with a sweep over all peers: this node was away. */
    void start(Collection<NodeId> peers) {
        peers.forEach(this::sweep);
        thread.start();
    }

    /** That node was away, and answers again. At most one sweep per node waits. */
    void sweep(NodeId node) {
        if (waiting.add(node)) {
            due.add(node);
        }
    }

    private void run() {
        try {
            while (stopped.getCount() > 0) {
                NodeId node = due.poll(1, TimeUnit.SECONDS);
                if (node != null) {
                    waiting.remove(node);
                    compareAll(node);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void compareAll(NodeId node) throws InterruptedException {
        List<RepoId> all = store.repositories();
        int differing = 0;
        long begun = System.nanoTime();
        try {
            for (int from = 0; from < all.size() && stopped.getCount() > 0; from += Standings.COMPARED_MAX) {
                List<RepoId> some = all.subList(from, Math.min(all.size(), from + Standings.COMPARED_MAX));
                CompareReply reply = streams.compare(node, standings.request(some, node));
                LogEntries.bounded(reply.getDifferingCount(), Standings.COMPARED_MAX, "standings");
                differing += reply.getDifferingCount();
                for (Standing theirs : reply.getDifferingList()) {
                    if (theirs.getRole() != Role.UNKNOWN) { // what it never had, only the directory may create there
                        catchUp.look(new RepoId(theirs.getRepoId()));
                    }
                }
            }
            LOG.atInfo().addKeyValue("peer", node).addKeyValue("repositories", all.size())
                .addKeyValue("differing", differing)
                .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
                .log("compared positions");
        } catch (PeerUnavailableException e) {
            LOG.atInfo().addKeyValue("peer", node).log("positions not compared: {}", e.getMessage());
            if (!streams.isDown(node) && !stopped.await(AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
                sweep(node);
            }
        } catch (IllegalArgumentException e) {
            LOG.atWarn().addKeyValue("peer", node).log("malformed answer to a comparison: {}", e.getMessage());
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
