package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.StageOpen;
import dev.trine.proto.StageReply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One push's objects on their way to the other members, to all at once. Goes on after the first has them, so that the
 * last member has them too when the log entry reaches it. Used by many threads.
 */
final class Shipment {
    private static final Logger LOG = LoggerFactory.getLogger(Shipment.class);

    private final Load load;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Member, State> states = new HashMap<>(); // guarded by lock: two peers end, one push waits

    /** What is known of one peer. */
    enum State {
        UNDER_WAY, STAGED, LAGGING, ABSENT, UNREACHABLE
    }

    /**
     * What is shipped.
     *
     * @param generation generation in force
     * @param self       who sends
     * @param refs       that the push changes
     * @param base       committed position of the refs that the push was checked with
     * @param pack       its pack; empty: it brings no objects
     */
    record Load(RepoId repo, long generation, Member self, PushId push, Set<ObjectName> tips, List<RefName> refs,
                Position base, Optional<PackBytes> pack) {
        Load {
            tips = Set.copyOf(tips);
        }

        private StageOpen to(Member target) {
            StageOpen.Builder open = StageOpen.newBuilder().setRepoId(repo.value()).setGeneration(generation)
                .setSender(Wire.toProto(self)).setTarget(Wire.toProto(target)).setPushId(push.value())
                .setBase(Wire.toProto(base));
            tips.forEach(tip -> open.addTips(Wire.toProto(tip)));
            refs.stream().limit(Quarantine.REFS_MAX).forEach(ref -> open.addRefs(ref.value()));
            pack.ifPresent(bytes -> open.setPack(bytes.header()));
            return open.build();
        }
    }

    /** Prepares; nothing moves yet. */
    Shipment(Load load, List<Member> peers) {
        this.load = load;
        peers.forEach(peer -> states.put(peer, State.UNDER_WAY));
    }

    /**
     * Starts, once.
     *
     * @param threads   run the transfers
     * @param answerMax longest wait for a peer's answer after the last byte
     * @param done      run when the last transfer has ended
     */
    void start(PeerStreams streams, ExecutorService threads, Duration answerMax, Runnable done) {
        AtomicInteger left = new AtomicInteger(states.size());
        List.copyOf(states.keySet()).forEach(peer -> threads.execute(() -> {
            State state = State.UNREACHABLE;
            try {
                state = send(peer, streams, answerMax);
            } finally {
                ended(peer, state);
                if (left.decrementAndGet() == 0) {
                    done.run();
                }
            }
        }));
    }

    boolean goesTo(Member peer) {
        lock.lock();
        try {
            return states.containsKey(peer);
        } finally {
            lock.unlock();
        }
    }

    /** Whom it goes to, or went. */
    List<Member> peers() {
        lock.lock();
        try {
            return List.copyOf(states.keySet());
        } finally {
            lock.unlock();
        }
    }

    Load load() {
        return load;
    }

    /** Waits until every transfer has ended. */
    void awaitEnd(Duration max) throws InterruptedException {
        await(max, () -> !states.containsValue(State.UNDER_WAY));
    }

    /** Waits until a peer has staged it, or none will. Returns whether one has. */
    boolean awaitOne(Duration max) throws InterruptedException {
        return await(max, () -> states.containsValue(State.STAGED) || !states.containsValue(State.UNDER_WAY))
            && isStagedSomewhere();
    }

    /** Waits until it is known whether that peer has it. Returns whether it has. */
    boolean awaitPeer(Member peer, Duration max) throws InterruptedException {
        return await(max, () -> states.get(peer) != State.UNDER_WAY) && state(peer) == State.STAGED;
    }

    State state(Member peer) {
        lock.lock();
        try {
            return states.getOrDefault(peer, State.UNREACHABLE);
        } finally {
            lock.unlock();
        }
    }

    /** Says why nobody has it, naming the nodes. */
    String failure() {
        lock.lock();
        try {
            List<String> reasons = new ArrayList<>();
            states.forEach((peer, state) -> reasons.add(peer.node() + switch (state) {
                case UNDER_WAY -> " has not answered yet";
                case STAGED -> " is ready";
                case LAGGING -> " is still catching up";
                case ABSENT -> " does not have the repository";
                case UNREACHABLE -> " cannot be reached";
            }));
            reasons.sort(null);
            return String.join(", ", reasons);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a peer has it by now. */
    boolean isStagedSomewhere() {
        lock.lock();
        try {
            return states.containsValue(State.STAGED);
        } finally {
            lock.unlock();
        }
    }

    private State send(Member peer, PeerStreams streams, Duration answerMax) {
        try {
            StageReply reply = streams.stage(peer, load.to(peer), load.pack(), answerMax);
            if (reply.getResult() != StageReply.Result.STAGED) {
                LOG.atInfo().addKeyValue("repo", load.repo()).addKeyValue("push", load.push())
                    .addKeyValue("peer", peer.node()).addKeyValue("result", reply.getResult())
                    .log("push not staged: {}", reply.getMessage());
            }
            return switch (reply.getResult()) {
                case STAGED -> State.STAGED;
                case INCOMPLETE -> State.LAGGING;
                case NOT_A_MEMBER -> State.ABSENT;
                case CORRUPT, RESULT_UNSPECIFIED, UNRECOGNIZED -> State.UNREACHABLE;
            };
        } catch (PeerUnavailableException e) {
            LOG.atDebug().addKeyValue("repo", load.repo()).addKeyValue("push", load.push())
                .log("push not staged: {}", e.getMessage());
            return State.UNREACHABLE;
        } catch (IOException e) {
            LOG.atError().addKeyValue("repo", load.repo()).addKeyValue("push", load.push()).setCause(e)
                .log("pack cannot be read");
            return State.UNREACHABLE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return State.UNREACHABLE;
        }
    }

    private void ended(Member peer, State state) {
        lock.lock();
        try {
            states.put(peer, state);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean await(Duration max, BooleanSupplier condition) throws InterruptedException {
        long left = max.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return condition.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }
}
