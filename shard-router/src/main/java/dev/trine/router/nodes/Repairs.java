package dev.trine.router.nodes;

import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.RepairReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Repairs of repositories whose newest entry is not provably committed; at most one at a time for each. Whoever comes
 * while one runs waits for it and then probes anew: its result may be older than his request. Any thread.
 */
public final class Repairs {
    private static final int CANDIDATES_MAX = 2;

    private final NodeCalls calls;
    private final Nodes nodes;
    private final Map<RepoId, CountDownLatch> running = new ConcurrentHashMap<>();

    public Repairs(NodeCalls calls, Nodes nodes) {
        this.calls = calls;
        this.nodes = nodes;
    }

    /** What came of asking for a repair. */
    public sealed interface Outcome {
        /** The member has locked the repository for this request, and committed everything up to that position. */
        record Repaired(Member at, long generation, Position committed) implements Outcome {
        }

        /** Somebody else's repair has ended: probe anew. */
        record Joined() implements Outcome {
        }

        /** No candidate could; the text is for people. */
        record Failed(String problem) implements Outcome {
        }
    }

    /** Asks the candidates in turn, best first, until one succeeds or the time is over. */
    public Outcome repair(RepoId repo, long generation, List<Member> candidates, Duration atMost)
        throws InterruptedException {
        CountDownLatch mine = new CountDownLatch(1);
        CountDownLatch theirs = running.putIfAbsent(repo, mine);
        if (theirs != null) {
            return theirs.await(atMost.toNanos(), TimeUnit.NANOSECONDS) ? new Outcome.Joined()
                : new Outcome.Failed("a repair has not ended in time");
        }
        try {
            return ask(repo, generation, candidates, System.nanoTime() + atMost.toNanos());
        } finally {
            running.remove(repo);
            mine.countDown();
        }
    }

    private Outcome ask(RepoId repo, long generation, List<Member> candidates, long endNanos) {
        String problem = "no node is known that could";
        for (Member candidate : candidates.subList(0, Math.min(CANDIDATES_MAX, candidates.size()))) {
            Duration left = Duration.ofNanos(endNanos - System.nanoTime());
            String address = nodes.address(candidate.node()).orElse("");
            if (left.isNegative() || address.isEmpty()) {
                continue;
            }
            // the first candidate must leave the second one time to try
            Duration share = candidate.equals(candidates.getFirst()) ? left.multipliedBy(2).dividedBy(3) : left;
            switch (calls.repair(new NodeCalls.Target(candidate, address, share), repo, generation)) {
                case Reply.Done<RepairReply> done -> {
                    return new Outcome.Repaired(candidate, done.value().getGeneration(),
                        Wire.fromProto(done.value().getCommitted()));
                }
                case Reply.Failed<RepairReply> failed -> problem = candidate.node() + ": " + failed.text();
            }
        }
        return new Outcome.Failed(problem);
    }
}
