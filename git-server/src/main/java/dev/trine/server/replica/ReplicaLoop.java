package dev.trine.server.replica;

import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Effect;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.PeerMessage;
import dev.trine.server.replication.Proposal;
import dev.trine.server.replication.RefLogReplica;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.Step;
import dev.trine.server.replication.Ticket;
import dev.trine.server.replication.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loaded replica with the one thread that steps it: takes one message after the other, makes each step durable,
 * carries out its effects in order. It has no opinion. After a defect the replica is frozen: it answers nothing more.
 */
final class ReplicaLoop {
    /** All permits of {@link #packSet}. */
    static final int PACK_SET_ALL = 2;

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaLoop.class);
    private static final int PROPOSALS_MAX = 200;
    private static final Duration HINT_EVERY = Duration.ofMillis(200);

    private final RepoId repo;
    private final RefLogReplica core;
    private final StagedIndex staged;
    private final Surroundings around;
    private final LongSupplier nanos;
    private final Inbox inbox = new Inbox();
    private final Map<Ticket, CompletableFuture<Answer>> waiting = new HashMap<>(); // the loop's own
    private final AtomicBoolean tickPending = new AtomicBoolean();
    private final AtomicInteger errands = new AtomicInteger();
    private final Semaphore packSet = new Semaphore(PACK_SET_ALL);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ReentrantLock publishing = new ReentrantLock();
    private final Condition published = publishing.newCondition();
    private volatile Shown shown;
    private volatile boolean needsTicks;
    private volatile long activeNanos;
    private volatile boolean frozen;
    private long tickets; // the loop's own

    /** What the loop hands the steps' effects to. Each returns at once. */
    interface Surroundings {
        /** Makes the batch durable, or stops the process. */
        void apply(RepoId repo, Batch batch);

        /** Sends, fetches, stages or pulls; the outcome comes back to the loop as a message. */
        void carryOut(ReplicaLoop loop, Effect effect);

        /** A batch is durable and shown. */
        void applied(ReplicaLoop loop, Batch batch);
    }

    /**
     * The replica between two steps, for everybody to look at; every part is durable.
     *
     * @param probe position, as a probe is answered
     * @param state state on disk
     * @param tail  pushes above the committed position
     * @param at    when, in milliseconds of the loop's clock
     */
    record Shown(ProbeAnswer probe, ReplicaState state, List<LogEntry.Push> tail, long at) {
    }

    ReplicaLoop(RepoId repo, RefLogReplica core, StagedIndex staged, Surroundings around, LongSupplier nanos) {
        this.repo = repo;
        this.core = core;
        this.staged = staged;
        this.around = around;
        this.nanos = nanos;
        this.shown = look(millis());
        touch();
    }

    RepoId repo() {
        return repo;
    }

    /**
     * Held by whoever rewrites packs: one permit by one who says which ones and leaves alone those of which another one
     * has said so, {@link #PACK_SET_ALL} by one who may touch any.
     */
    Semaphore packSet() {
        return packSet;
    }

    StagedIndex staged() {
        return staged;
    }

    Shown shown() {
        return shown;
    }

    /** Its position; a lease that has run out since the last step is left out. */
    ProbeAnswer probe() {
        Shown now = shown;
        ProbeAnswer then = now.probe();
        return millis() - now.at() <= Timeouts.DEFAULT.leaseMillis() ? then
            : new ProbeAnswer(then.from(), then.role(), then.generation(), then.promised(), then.last(),
                then.committed(), Optional.empty(), then.members(), then.holderReady());
    }

    /** Why the replica takes no more messages; empty: it does. */
    Optional<String> stopped() {
        return inbox.closedBecause();
    }

    /** Whether a defect stopped it: it must not be loaded again before the node was restarted. */
    boolean isFrozen() {
        return frozen;
    }

    /** Delivers a message of a peer; the exchange gets the reply. */
    void receive(Exchange exchange) throws ReplicaStoppedException, OverloadedException {
        touch();
        inbox.offer(new Inbox.Arrived(exchange));
    }

    /** Asks for something that ends in an answer. */
    CompletableFuture<Answer> ask(Function<Ticket, Message> request)
        throws ReplicaStoppedException, OverloadedException {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        touch();
        inbox.offer(new Inbox.Asked(request, answer));
        return answer;
    }

    /** Proposes a push; pushes that wait at the same time are committed as a group. */
    CompletableFuture<Answer> propose(Function<Ticket, Proposal> push)
        throws ReplicaStoppedException, OverloadedException {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        touch();
        inbox.offer(new Inbox.Proposed(push, answer));
        return answer;
    }

    /** Reports what came of an effect, or of the time; whoever comes too late is not heard. */
    void tell(Message message) {
        touch();
        inbox.add(new Inbox.Told(message));
    }

    /** Runs something between two steps, when the replica does not change. False: it stopped before, or by it. */
    CompletableFuture<Boolean> between(Runnable task) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        touch();
        if (!inbox.add(new Inbox.Task(task, done))) {
            done.complete(false);
        }
        return done;
    }

    /** Whether a push was committed or given up; for a task {@link #between} two steps. */
    boolean isDecided(PushId push) {
        return core.isDecided(push);
    }

    /** Time has passed. */
    void tick() {
        if (needsTicks && tickPending.compareAndSet(false, true)) {
            inbox.add(new Inbox.Ticked());
        }
    }

    /** Keeps the replica loaded until {@link #endErrand}: its outcome will be told. */
    void beginErrand() {
        errands.incrementAndGet();
    }

    /** As {@link #beginErrand}, for whoever comes from outside. */
    void hold() throws ReplicaStoppedException {
        errands.incrementAndGet();
        Optional<String> stopped = stopped();
        if (stopped.isPresent()) {
            errands.decrementAndGet();
            throw new ReplicaStoppedException(stopped.get());
        }
    }

    /** Whether somebody is under way for it. */
    boolean isOnErrand() {
        return errands.get() > 0;
    }

    void endErrand() {
        touch();
        errands.decrementAndGet();
    }

    /** Stops for good if nothing has happened for that long and nothing is under way. Returns whether it did. */
    boolean stopIfIdle(Duration idle) {
        // judged under the inbox's lock: whoever handed something in before has also touched
        return inbox.closeIfEmpty("the replica was idle", () -> !needsTicks && errands.get() == 0
            && nanos.getAsLong() - activeNanos > idle.toNanos());
    }

    /** Tells the replica that the node stops, then stops it. */
    void stop() {
        inbox.add(new Inbox.Told(new Message.Stop()));
        inbox.close("the node is stopping");
    }

    /** Waits until the replica has committed that version. Returns whether it has. */
    boolean awaitCommitted(long version, Duration max) throws InterruptedException {
        long left = max.toNanos();
        publishing.lock();
        try {
            while (shown.state().committed().version() < version && left > 0) {
                left = published.awaitNanos(left);
            }
            return shown.state().committed().version() >= version;
        } finally {
            publishing.unlock();
        }
    }

    /**
     * How long to wait for a pull.
     *
     * @param stillMax longest wait while nothing is being pulled
     * @param giveUp   whether waiting has become pointless
     * @param moving   whether something is being pulled
     */
    record Patience(Duration stillMax, BooleanSupplier giveUp, BooleanSupplier moving) {
    }

    /**
     * Has the replica pull what a peer hints at, and waits until it has committed that version. The hint is repeated: a
     * pull may fail, and a hint that comes during a pull from another peer is not heard.
     *
     * @param hint of a state with that version
     */
    boolean awaitPulled(Envelope hint, long version, Patience patience) throws InterruptedException {
        long end = System.nanoTime() + patience.stillMax().toNanos();
        boolean pulled = false;
        while (!pulled && System.nanoTime() - end < 0 && stopped().isEmpty() && !patience.giveUp().getAsBoolean()) {
            tell(new Message.Received(hint));
            pulled = awaitCommitted(version, HINT_EVERY);
            if (patience.moving().getAsBoolean()) {
                end = System.nanoTime() + patience.stillMax().toNanos();
            }
        }
        return pulled;
    }

    /** When something last happened to it, by the clock that it was given. */
    long activeNanos() {
        return activeNanos;
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** Waits until the loop has taken its last step. Returns whether it has. */
    boolean awaitEnd(Duration max) {
        try {
            return ended.await(max.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The loop itself; ends when the inbox is closed and empty, or at a defect. */
    void run() {
        try {
            for (Inbox.Input input = inbox.take(); !(input instanceof Inbox.End); input = inbox.take()) {
                handle(input);
            }
            drop("the replica has ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            drop("the replica has ended");
        } catch (RuntimeException | Error e) {
            frozen = true;
            LOG.atError().addKeyValue("repo", repo).addKeyValue("promised", shown.state().promised())
                .addKeyValue("committed", shown.state().committed()).setCause(e)
                .log("replica frozen: it takes no more part until the node is restarted");
            drop("this replica stopped itself after a defect, see the node's log");
        } finally {
            ended.countDown();
        }
    }

    private void handle(Inbox.Input input) {
        switch (input) {
            case Inbox.Told told -> step(told.message(), Optional.empty());
            case Inbox.Arrived arrived -> {
                if (!isOvertaken(arrived.exchange().received())) {
                    step(new Message.Received(arrived.exchange().received()), Optional.of(arrived.exchange()));
                }
                arrived.exchange().end();
            }
            case Inbox.Asked asked -> step(asked.request().apply(ticket(asked.answer())), Optional.empty());
            case Inbox.Proposed first -> propose(first);
            case Inbox.Ticked ticked -> {
                tickPending.set(false);
                step(new Message.Tick(), Optional.empty());
            }
            case Inbox.Task task -> {
                try {
                    task.what().run();
                    task.done().complete(true);
                } finally {
                    task.done().complete(false); // whoever waits for it learns that it failed
                }
            }
            case Inbox.End end -> throw new IllegalStateException("the end of an inbox is not handled");
        }
    }

    /** A commit notice need not cost a sync when one waits that says as much or more. */
    private boolean isOvertaken(Envelope envelope) {
        return envelope.payload() instanceof PeerMessage.Commit notice && inbox.holds(input ->
            input instanceof Inbox.Arrived later && says(later.exchange().received(), envelope, notice.position()));
    }

    private static boolean says(Envelope later, Envelope earlier, Position committed) {
        long told = later.payload() instanceof PeerMessage.Commit commit ? commit.position().version()
            : later.payload() instanceof PeerMessage.Append append ? append.committed().version() : -1;
        return later.sender().equals(earlier.sender()) && later.generation() == earlier.generation()
            && told >= committed.version();
    }

    private void propose(Inbox.Proposed first) {
        List<Proposal> group = new ArrayList<>();
        group.add(first.push().apply(ticket(first.answer())));
        while (group.size() < PROPOSALS_MAX) {
            Optional<Inbox.Proposed> next = inbox.pollProposal();
            if (next.isEmpty()) {
                break;
            }
            group.add(next.get().push().apply(ticket(next.get().answer())));
        }
        step(new Message.Propose(group), Optional.empty());
    }

    private Ticket ticket(CompletableFuture<Answer> answer) {
        Ticket ticket = new Ticket(tickets++);
        waiting.put(ticket, answer);
        return ticket;
    }

    private void step(Message message, Optional<Exchange> exchange) {
        Step step = core.step(millis(), message);
        step.before().forEach(effect -> carryOut(effect, exchange));
        boolean changes = !step.batch().isEmpty();
        if (changes) {
            around.apply(repo, step.batch());
            step.batch().packsJoined().keySet().forEach(staged::joined);
        }
        show();
        if (changes) {
            around.applied(this, step.batch());
        }
        step.after().forEach(effect -> carryOut(effect, exchange));
    }

    private void carryOut(Effect effect, Optional<Exchange> exchange) {
        switch (effect) {
            case Effect.Reply reply -> waiting.remove(reply.ticket()).complete(reply.answer());
            case Effect.Send send -> {
                if (exchange.isEmpty() || !exchange.get().takes(send.envelope())) {
                    around.carryOut(this, send);
                }
            }
            case Effect.FetchObjects fetch -> around.carryOut(this, fetch);
            case Effect.StageTo stage -> around.carryOut(this, stage);
            case Effect.StartPull pull -> around.carryOut(this, pull);
        }
    }

    private void show() {
        long now = millis();
        needsTicks = !core.isIdle(now);
        publishing.lock();
        try {
            shown = look(now);
            published.signalAll();
        } finally {
            publishing.unlock();
        }
    }

    private Shown look(long now) {
        return new Shown(core.probe(now), core.state(), core.tail(), now);
    }

    private void drop(String why) {
        ReplicaStoppedException stopped = new ReplicaStoppedException(why);
        needsTicks = false;
        inbox.close(why);
        waiting.values().forEach(answer -> answer.completeExceptionally(stopped));
        inbox.drain().forEach(input -> {
            switch (input) {
                case Inbox.Arrived arrived -> arrived.exchange().fail(stopped);
                case Inbox.Asked asked -> asked.answer().completeExceptionally(stopped);
                case Inbox.Proposed proposed -> proposed.answer().completeExceptionally(stopped);
                case Inbox.Task task -> task.done().complete(false);
                case Inbox.Told told -> { }
                case Inbox.Ticked ticked -> { }
                case Inbox.End end -> { }
            }
        });
    }

    private void touch() {
        activeNanos = nanos.getAsLong();
    }

    private long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }
}
