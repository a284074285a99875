package dev.trine.server.replication;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Entries may be folded: however many of a log are committed by one batch, dropped by compaction or jumped over by a
 * pull, what is left is what committing them one by one leaves.
 */
class FoldTest {
    private static final int ENTRIES = 120;
    private static final int ENTRIES_KEPT = 4;
    private static final int OUTCOMES_KEPT = 7;
    private static final Timeouts SHORT = new Timeouts(200, 5_000, 400, 200, 20, 0, 2_000, 1_000, 3_500, 10_000, 2_000,
        10_000, ENTRIES_KEPT, OUTCOMES_KEPT, 1);
    private static final Member SELF = member(1);
    private static final List<String> NAMES = List.of("refs/heads/a", "refs/heads/a/b", "refs/heads/a/b/c",
        "refs/heads/ab", "refs/heads/b", "refs/tags/a", "HEAD");

    static IntStream seeds() {
        return IntStream.range(0, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void foldedEntriesLeaveWhatTheyLeaveOneByOne(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Logged> history = history(random);
        Replica single = new Replica();
        history.forEach(entry -> single.commit(List.of(entry)));

        Replica atOnce = new Replica();
        atOnce.commit(history);
        Replica inPieces = new Replica();
        pieces(history, random).forEach(piece -> {
            inPieces.commit(piece);
            if (random.nextInt(4) == 0) {
                inPieces.restart();
            }
        });
        int middle = 1 + random.nextInt(history.size() - 1);
        Replica source = new Replica();
        source.commit(history.subList(0, middle));
        Replica jumped = new Replica();
        jumped.commit(history.subList(0, random.nextInt(1, middle + 1)));
        jumped.pull(source);
        pieces(history.subList(middle, history.size()), random).forEach(jumped::commit);

        Map<RefName, RefValue> expected = lastValues(history);
        for (Replica replica : List.of(single, atOnce, inPieces, jumped)) {
            assertThat(replica.disk.refs()).isEqualTo(expected);
            assertThat(replica.disk.outcomes()).isEqualTo(lastOutcomes(history));
            assertThat(replica.committed())
                .isEqualTo(new Link(history.getLast().position(), history.getLast().chain()));
            assertThat(replica.restart().committed()).isEqualTo(replica.committed());
        }
    }

    @Test
    void theLogOfARefThatIsUpdatedForEverStaysShort() {
        Replica replica = new Replica();
        Optional<RefValue> before = Optional.empty();
        Logged last = new Logged(new LogEntry.Noop(Position.START), Chain.START);
        for (int version = 1; version <= 100_000; version++) {
            Optional<RefValue> after = Optional.of(value(version));
            LogEntry entry = new LogEntry.Push(at(version), push(version),
                List.of(new RefUpdate(new RefName("refs/heads/a"), before, after)), List.of());
            last = new Logged(entry, last.chain().then(entry));
            replica.commit(List.of(last));
            before = after;
            assertThat(replica.disk.log()).hasSizeLessThanOrEqualTo(2 * ENTRIES_KEPT);
            assertThat(replica.log.tail().from(replica.log.tail().base().version() + 1, 100))
                .hasSizeLessThanOrEqualTo(2 * ENTRIES_KEPT);
        }
        assertThat(replica.disk.outcomes()).hasSize(OUTCOMES_KEPT);
        assertThat(replica.committed()).isEqualTo(new Link(last.position(), last.chain()));
    }

    /** A random log whose every push applies: creations, changes, deletions, symbolic refs, names below names. */
    private static List<Logged> history(SplittableRandom random) {
        List<Logged> history = new ArrayList<>();
        TreeMap<RefName, RefValue> refs = new TreeMap<>();
        Chain chain = Chain.START;
        for (int version = 1; version <= ENTRIES; version++) {
            LogEntry entry = entry(random, version, refs);
            if (entry instanceof LogEntry.Push push) {
                apply(push, refs);
            }
            chain = chain.then(entry);
            history.add(new Logged(entry, chain));
        }
        return history;
    }

    private static LogEntry entry(SplittableRandom random, int version, Map<RefName, RefValue> refs) {
        if (random.nextInt(8) == 0) {
            return random.nextBoolean() ? new LogEntry.Noop(at(version))
                : new LogEntry.Abort(at(version), push(version));
        }
        SimulatedDisk now = new SimulatedDisk(ReplicaState.created(List.of()));
        now.refs().putAll(refs);
        while (true) {
            Map<RefName, RefUpdate> updates = new LinkedHashMap<>();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                RefName name = new RefName(NAMES.get(random.nextInt(NAMES.size())));
                Optional<RefValue> before = now.get(name);
                boolean removed = before.isPresent() && random.nextInt(5) < 2;
                updates.put(name, new RefUpdate(name, before, removed ? Optional.empty() : newValue(random)));
            }
            List<RefUpdate> transaction = List.copyOf(updates.values());
            if (TransactionCheck.rejections(RefLayer.of(() -> now), transaction).isEmpty()) {
                return new LogEntry.Push(at(version), push(version), transaction,
                    random.nextBoolean() ? List.of() : List.of(new PackName(String.format("%040d", version))));
            }
        }
    }

    private static Optional<RefValue> newValue(SplittableRandom random) {
        return Optional.of(random.nextInt(4) == 0 ? new RefValue.Symbolic(new RefName("refs/heads/b"))
            : value(random.nextInt(5)));
    }

    private static void apply(LogEntry.Push push, Map<RefName, RefValue> refs) {
        push.updates().forEach(update -> update.newValue()
            .ifPresentOrElse(value -> refs.put(update.name(), value), () -> refs.remove(update.name())));
    }

    /** The plain meaning of a history: of each ref the last value. */
    private static Map<RefName, RefValue> lastValues(List<Logged> history) {
        Map<RefName, RefValue> refs = new TreeMap<>();
        pushes(history).forEach(push -> apply(push, refs));
        return refs;
    }

    private static List<RecordedOutcome> lastOutcomes(List<Logged> history) {
        List<RecordedOutcome> all = history.stream().map(Logged::entry).flatMap(entry -> switch (entry) {
            case LogEntry.Push push -> Stream.of(new RecordedOutcome(push.pushId(), push.position(), true));
            case LogEntry.Abort abort -> Stream.of(new RecordedOutcome(abort.pushId(), abort.position(), false));
            case LogEntry.Noop noop -> Stream.of();
            case LogEntry.Seal seal -> Stream.of();
        }).toList();
        return all.subList(Math.max(0, all.size() - OUTCOMES_KEPT), all.size());
    }

    private static Stream<LogEntry.Push> pushes(List<Logged> history) {
        return history.stream().map(Logged::entry).filter(LogEntry.Push.class::isInstance)
            .map(LogEntry.Push.class::cast);
    }

    private static List<List<Logged>> pieces(List<Logged> history, SplittableRandom random) {
        List<List<Logged>> pieces = new ArrayList<>();
        for (int from = 0; from < history.size();) {
            int to = Math.min(history.size(), from + random.nextInt(1, 30));
            pieces.add(history.subList(from, to));
            from = to;
        }
        return pieces;
    }

    private static Position at(long version) {
        return new Position(version, new Epoch(1, 1 + version / 50, 0));
    }

    private static PushId push(long number) {
        return new PushId(String.format("%032d", number));
    }

    private static RefValue value(long number) {
        return new RefValue.Direct(new ObjectName(String.format("%040d", number)));
    }

    private static Member member(int number) {
        return new Member(new NodeId("n" + number), new Incarnation(String.format("%032d", number)));
    }

    /** A log with its disk. */
    private static final class Replica {
        private final SimulatedDisk disk =
            new SimulatedDisk(ReplicaState.created(List.of(SELF, member(2), member(3))));
        private ReplicaLog log = load();
        private long pulls;

        private ReplicaLog load() {
            return new ReplicaLog(SELF, disk.stored(), () -> disk, SHORT);
        }

        /** Stores and commits the entries by one batch. */
        void commit(List<Logged> entries) {
            Epoch last = entries.getLast().position().epoch();
            if (last.isAfter(log.promised())) {
                log.promise(last);
            }
            log.store(entries);
            assertThat(log.advance(entries.getLast().position())).isTrue();
            disk.write(log.takeBatch());
        }

        void pull(Replica from) {
            PullId pull = new PullId(++pulls);
            disk.receive(pull, from.disk.refs());
            log.install(new Message.Pulled(pull, member(2), 1, from.disk.state().members(),
                from.committed().at(), from.committed().chain(), from.disk.outcomes()));
            disk.write(log.takeBatch());
        }

        Replica restart() {
            log = load();
            return this;
        }

        Link committed() {
            Position at = disk.state().committed();
            return new Link(at, disk.chainAt(at.version()).orElseThrow());
        }
    }
}
