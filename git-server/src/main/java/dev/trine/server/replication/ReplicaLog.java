package dev.trine.server.replication;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The durable part of a replica, as memory has it: the only place that changes it, for live writes, catch-up and
 * recovery alike. Every change also goes into the step's batch.
 */
final class ReplicaLog {
    private final Member self;
    private final Timeouts timeouts;
    private final RefLayer disk;
    private final Outcomes outcomes;
    private final LogTail tail;
    private ReplicaState state;
    private Changes changes = new Changes();
    /** Committed refs, those included that this step commits and the disk does not show yet. */
    private RefOverlay committedNow;
    private Optional<RefOverlay> head = Optional.empty();

    ReplicaLog(Member self, StoredReplica stored, Supplier<RefTable> committedRefs, Timeouts timeouts) {
        this.self = self;
        this.timeouts = timeouts;
        this.disk = RefLayer.of(committedRefs);
        this.committedNow = new RefOverlay(disk);
        this.state = stored.state();
        this.outcomes = new Outcomes(timeouts.outcomesKept());
        this.outcomes.replace(stored.outcomes());
        this.tail = new LogTail(state.base(), state.baseChain());
        this.tail.append(stored.log());
        check();
    }

    ReplicaState state() {
        return state;
    }

    LogTail tail() {
        return tail;
    }

    Position last() {
        return tail.last();
    }

    Position committed() {
        return state.committed();
    }

    Epoch promised() {
        return state.promised();
    }

    boolean votesIn(long generation) {
        return state.role() == Role.VOTER && state.generation() == generation;
    }

    /** Whether this node is a member of that generation, if only one that has withdrawn. */
    boolean isMemberIn(long generation) {
        return (state.role() == Role.VOTER || isWithdrawn()) && state.generation() == generation;
    }

    boolean isWithdrawn() {
        return state.role() == Role.WITHDRAWN;
    }

    /** From now on this node takes no part, whatever its role becomes. */
    void withdraw(Withdrawal withdrawal) {
        replaceState(state.role() == Role.VOTER ? Role.WITHDRAWN : state.role(), Optional.of(withdrawal));
    }

    /** Takes part again, if it is a member. */
    void restore() {
        if (state.withdrawal().isPresent()) {
            replaceState(isWithdrawn() ? Role.VOTER : state.role(), Optional.empty());
        }
    }

    Optional<RecordedOutcome> outcome(PushId push) {
        return outcomes.of(push);
    }

    /** Whether the outcome of every push that was committed behind a position is still recorded here. */
    boolean keepsAllOutcomesSince(Position position) {
        return committed().version() - position.version() <= timeouts.outcomesKept();
    }

    /** Whether the log above the committed position carries out or aborts that push. */
    boolean isOpen(PushId push) {
        return tail.pushVersion(push) > committed().version();
    }

    /** Pushes above the committed position. */
    List<LogEntry.Push> openPushes() {
        List<LogEntry.Push> open = new ArrayList<>();
        for (long v = committed().version() + 1; v <= last().version(); v++) {
            if (tail.at(v).entry() instanceof LogEntry.Push push) {
                open.add(push);
            }
        }
        return open;
    }

    /** The SEAL above the committed position, if there is one. */
    Optional<LogEntry.Seal> openSeal() {
        for (long v = committed().version() + 1; v <= last().version(); v++) {
            if (tail.at(v).entry() instanceof LogEntry.Seal seal) {
                return Optional.of(seal);
            }
        }
        return Optional.empty();
    }

    /** Refs after the whole log. */
    RefLayer head() {
        if (head.isEmpty()) {
            RefOverlay overlay = new RefOverlay(committedNow);
            openPushes().forEach(push -> overlay.putAll(push.updates()));
            head = Optional.of(overlay);
        }
        return head.get();
    }

    void promise(Epoch epoch) {
        BrokenInvariant.check(epoch.isAfter(promised()), "promises only rise", promised(), epoch);
        replaceState(state.role(), state.generation(), state.members(), epoch, committed());
    }

    /** Cuts the log before the first of the entries and stores them. */
    void store(List<Logged> entries) {
        Logged first = entries.getFirst();
        BrokenInvariant.check(first.version() > committed().version(), "nothing committed is cut", committed(), first);
        if (first.version() <= last().version()) {
            tail.truncateFrom(first.version());
            changes.truncateFrom(first.version());
            head = Optional.empty();
        }
        tail.append(entries);
        changes.put(entries);
        for (Logged entry : entries) {
            if (entry.entry() instanceof LogEntry.Push push) {
                head.ifPresent(overlay -> overlay.putAll(push.updates()));
            }
        }
        check();
    }

    /** Creates the entry that follows the last one. */
    Logged follow(LogEntry entry) {
        return new Logged(entry, tail.chainAt(last().version()).then(entry));
    }

    /**
     * Commits up to an entry, if the log has exactly that one; at most up to a SEAL, which begins the next generation.
     * Returns whether anything was committed.
     */
    boolean advance(Position to) {
        if (to.version() <= committed().version() || !tail.holds(to)) {
            return false;
        }
        for (long v = committed().version() + 1; v <= to.version(); v++) {
            Logged applied = tail.at(v);
            changes.applied(applied);
            if (apply(applied.entry())) {
                break;
            }
        }
        compact();
        check();
        return true;
    }

    /** Takes over a pulled state, if it is newer. Returns whether it was. */
    boolean install(Message.Pulled pulled) {
        Position to = pulled.committed();
        if (to.version() <= committed().version() || pulled.generation() < state.generation()) {
            return false;
        }
        if (to.epoch().isAfter(promised())) {
            promise(to.epoch());
        }
        if (tail.holds(to)) {
            BrokenInvariant.check(tail.chainAt(to.version()).equals(pulled.chain()), "equal positions, equal logs", to);
            return advance(to);
        }
        tail.reset(to, pulled.chain());
        outcomes.replace(pulled.outcomes());
        changes.snapshot(pulled.id(), pulled.outcomes());
        committedNow = new RefOverlay(disk);
        head = Optional.empty();
        Epoch floor = new Epoch(pulled.generation(), 0, 0);
        // a learner may have voted in the generation that it began in, and forgotten its promises
        Role role = state.role() == Role.LEARNER && pulled.generation() == state.generation() ? Role.LEARNER
            : roleIn(pulled.members());
        state = new ReplicaState(role, pulled.generation(), pulled.members(),
            Epoch.max(promised(), floor), to, pulled.chain(), to, state.withdrawal());
        changes.state(state);
        check();
        return true;
    }

    /** What changed since the last call. */
    Batch takeBatch() {
        Batch batch = changes.toBatch();
        changes = new Changes();
        if (!batch.refs().isEmpty()) {
            committedNow = new RefOverlay(disk);
            head = Optional.empty();
        }
        return batch;
    }

    /** Applies the entry that follows the committed one; returns whether it was a SEAL. */
    private boolean apply(LogEntry entry) {
        switch (entry) {
            case LogEntry.Push push -> {
                for (RefUpdate update : push.updates()) {
                    BrokenInvariant.check(TransactionCheck.same(committedNow.get(update.name()), update.oldValue()),
                        "a push takes effect on the state it was compared with", push.position(), update);
                }
                push.updates().forEach(update -> changes.ref(update.name(), update.newValue()));
                committedNow.putAll(push.updates());
                changes.join(push.pushId(), push.packs());
                settle(new RecordedOutcome(push.pushId(), push.position(), true));
            }
            case LogEntry.Noop noop -> { }
            case LogEntry.Abort abort -> settle(new RecordedOutcome(abort.pushId(), abort.position(), false));
            case LogEntry.Seal seal -> {
                beginGeneration(seal);
                return true;
            }
        }
        head = Optional.empty();
        replaceState(state.role(), state.generation(), state.members(), promised(), entry.position());
        return false;
    }

    private void settle(RecordedOutcome outcome) {
        changes.outcome(outcome, outcomes.add(outcome));
    }

    private void beginGeneration(LogEntry.Seal seal) {
        if (seal.position().version() < last().version()) {
            tail.truncateFrom(seal.position().version() + 1);
            changes.truncateFrom(seal.position().version() + 1);
        }
        head = Optional.empty();
        long next = state.generation() + 1;
        replaceState(roleIn(seal.nextMembers()), next, seal.nextMembers(),
            Epoch.max(promised(), new Epoch(next, 0, 0)), seal.position());
    }

    private Role roleIn(List<Member> members) {
        if (members.isEmpty()) {
            return Role.DELETED;
        }
        if (members.contains(self)) {
            return state.withdrawal().isPresent() ? Role.WITHDRAWN : Role.VOTER;
        }
        return state.role() == Role.LEARNER ? Role.LEARNER : Role.RETIRED;
    }

    private void compact() {
        if (committed().version() - state.base().version() <= 2L * timeouts.entriesKept()) {
            return;
        }
        long upTo = committed().version() - timeouts.entriesKept();
        tail.dropUpTo(upTo);
        changes.dropUpTo(upTo);
        replaceState(state.role(), state.generation(), state.members(), promised(), committed());
    }

    private void replaceState(Role role, long generation, List<Member> members, Epoch promised, Position committed) {
        state = new ReplicaState(role, generation, members, promised, tail.base(), tail.baseChain(), committed,
            state.withdrawal());
        changes.state(state);
    }

    private void replaceState(Role role, Optional<Withdrawal> withdrawal) {
        state = new ReplicaState(role, state.generation(), state.members(), promised(), tail.base(), tail.baseChain(),
            committed(), withdrawal);
        changes.state(state);
    }

    private void check() {
        BrokenInvariant.check(!last().epoch().isAfter(promised()), "promised >= last", promised(), last());
        BrokenInvariant.check(tail.holds(committed()), "the log has the committed entry", committed(), last());
    }
}
