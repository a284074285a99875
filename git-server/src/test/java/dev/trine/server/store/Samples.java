package dev.trine.server.store;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.ReplicaState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Values for tests of the store. */
final class Samples {
    static final RepoId REPO = new RepoId("ab".repeat(16));
    static final RefName MAIN = new RefName("refs/heads/main");
    static final RefName FEATURE = new RefName("refs/heads/feature");
    static final List<Member> MEMBERS = List.of(member(1), member(2), member(3));

    private Samples() {
    }

    static Member member(int number) {
        return new Member(new NodeId("n" + number), new Incarnation(digits(number, 32)));
    }

    static ObjectName id(int number) {
        return new ObjectName(digits(number, 40));
    }

    static RefValue.Direct value(int number) {
        return new RefValue.Direct(id(number));
    }

    static PackName pack(int number) {
        return new PackName(digits(number, 40));
    }

    static PushId push(int number) {
        return new PushId(digits(number, 32));
    }

    private static String digits(int number, int length) {
        return String.format("%0" + length + "x", number);
    }

    static Position at(long version) {
        return new Position(version, new Epoch(1, 1, 0));
    }

    static ReplicaState created() {
        return ReplicaState.created(MEMBERS);
    }

    static ReplicaState committed(long version) {
        return state(Role.VOTER, 0, version);
    }

    static ReplicaState committed(long base, long version) {
        return state(Role.VOTER, base, version);
    }

    static ReplicaState state(Role role, long base, long version) {
        return new ReplicaState(role, 1, MEMBERS, new Epoch(1, 2, 1), base == 0 ? Position.START : at(base),
            new Chain("cd".repeat(32)), at(version));
    }

    static StagedPush staged(int push, int... packs) {
        return new StagedPush(push(push), Arrays.stream(packs).mapToObj(Samples::pack).toList(), Set.of(id(push)), 0,
            Instant.parse("2026-11-21T06:00:00.123Z"));
    }

    static Logged entry(long version) {
        return logged(new LogEntry.Push(at(version), push((int) version), List.of(change((int) version)),
            List.of(pack(7))));
    }

    /** What {@link #entry} changes. */
    static RefUpdate change(int version) {
        return new RefUpdate(MAIN, Optional.empty(), Optional.of(value(version)));
    }

    /** An entry that moves one ref. */
    static Logged move(long version, RefName ref, Optional<RefValue> from, Optional<RefValue> to) {
        return logged(new LogEntry.Push(at(version), push((int) version), List.of(new RefUpdate(ref, from, to)),
            List.of()));
    }

    /** The same change, made by a user. */
    static Logged by(String user, Logged move) {
        LogEntry.Push push = (LogEntry.Push) move.entry();
        return logged(new LogEntry.Push(push.position(), push.pushId(), push.updates(), push.packs(), user));
    }

    static Logged noop(long version, long counter) {
        return logged(new LogEntry.Noop(new Position(version, new Epoch(1, counter, 2))));
    }

    static List<Logged> everyKindOfEntry() {
        RefValue tag = new RefValue.Direct(id(8), Optional.of(id(9)));
        return List.of(
            logged(new LogEntry.Push(at(1), push(1), List.of(
                new RefUpdate(MAIN, Optional.of(value(1)), Optional.of(tag)),
                new RefUpdate(FEATURE, Optional.of(value(2)), Optional.empty()),
                new RefUpdate(RefName.HEAD, Optional.empty(), Optional.of(new RefValue.Symbolic(FEATURE)))),
                List.of(pack(1), pack(2)))),
            logged(new LogEntry.Push(at(2), push(2),
                List.of(new RefUpdate(new RefName("refs/heads/ü"), Optional.empty(), Optional.of(tag))), List.of())),
            logged(new LogEntry.Noop(new Position(3, new Epoch(1, 300, 2)))),
            logged(new LogEntry.Abort(new Position(4, new Epoch(1, 300, 2)), push(77))),
            logged(new LogEntry.Seal(new Position(5, new Epoch(1, 1L << 40, 2)), MEMBERS)),
            logged(new LogEntry.Seal(new Position(6, new Epoch(2, 1, 0)), List.of())));
    }

    private static Logged logged(LogEntry entry) {
        return new Logged(entry, Chain.START.then(entry));
    }

    static Batch commit(int version, RefName ref, RefValue value, int pack) {
        return batch().state(committed(version)).ref(ref, Optional.of(value)).applied(entry(version))
            .outcomes(new RecordedOutcome(push(version), at(version), true)).join(version, pack).build();
    }

    static BatchOf batch() {
        return new BatchOf();
    }

    /** Builds a batch. */
    static final class BatchOf {
        private Optional<ReplicaState> state = Optional.empty();
        private Optional<PullId> snapshot = Optional.empty();
        private OptionalLong dropUpTo = OptionalLong.empty();
        private OptionalLong truncateFrom = OptionalLong.empty();
        private final List<Logged> put = new ArrayList<>();
        private final Map<RefName, Optional<RefValue>> refs = new HashMap<>();
        private final List<Logged> applied = new ArrayList<>();
        private final List<RecordedOutcome> outcomes = new ArrayList<>();
        private final List<PushId> forgotten = new ArrayList<>();
        private final Map<PushId, List<PackName>> joined = new HashMap<>();
        private List<NodeId> holders = List.of();

        BatchOf state(ReplicaState it) {
            state = Optional.of(it);
            return this;
        }

        BatchOf heldBy(String... nodes) {
            holders = Stream.of(nodes).map(NodeId::new).toList();
            return this;
        }

        BatchOf snapshot(long pull) {
            snapshot = Optional.of(new PullId(pull));
            return this;
        }

        BatchOf dropUpTo(long version) {
            dropUpTo = OptionalLong.of(version);
            return this;
        }

        BatchOf truncateFrom(long version) {
            truncateFrom = OptionalLong.of(version);
            return this;
        }

        BatchOf put(Logged... entries) {
            put.addAll(List.of(entries));
            return this;
        }

        BatchOf ref(RefName name, Optional<RefValue> value) {
            refs.put(name, value);
            return this;
        }

        BatchOf applied(Logged... entries) {
            applied.addAll(List.of(entries));
            return this;
        }

        BatchOf outcomes(RecordedOutcome... added) {
            outcomes.addAll(List.of(added));
            return this;
        }

        BatchOf forget(PushId push) {
            forgotten.add(push);
            return this;
        }

        BatchOf join(int push, int pack) {
            joined.put(Samples.push(push), List.of(pack(pack)));
            return this;
        }

        Batch build() {
            return new Batch(state, snapshot, dropUpTo, truncateFrom, put, refs, applied, outcomes, forgotten,
                joined, holders);
        }
    }

    /** A clock that stands still until it is moved. */
    static final class TestClock extends Clock {
        private Instant now;

        TestClock(Instant now) {
            this.now = now;
        }

        Instant advanceSeconds(long seconds) {
            now = now.plusSeconds(seconds);
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
