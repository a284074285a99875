package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.hosting.RefListing;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.store.InMemoryReplicaStore;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bytes that are listed twice are the same arrays if they were kept, and others if all refs were read anew. */
@Timeout(120)
class KnownRefsTest {
    private static final RepoId REPO = new RepoId("a".repeat(32));
    private static final RefName TOPIC = new RefName("refs/heads/00777");
    private static final int REFS = 5_000;
    private static final String ALL = "refs/";

    private final ReplicaStore store = new InMemoryReplicaStore(Clock.systemUTC());
    private final Map<RefName, RefValue> before = new TreeMap<>();
    private Chain chain = Chain.START;

    @BeforeEach
    void create() {
        for (int i = 0; i < REFS; i++) {
            before.put(new RefName(String.format("refs/heads/%05d", i)), value(i));
        }
        store.create(REPO, ReplicaState.created(members()), before);
    }

    @Test
    void aStateThatWasListedIsNotReadAgain() throws IOException {
        KnownRefs known = new KnownRefs(Long.MAX_VALUE);
        List<byte[]> first = now(known).arrays;
        assertThat(first).hasSizeGreaterThan(3);
        assertThat(kept(first, now(known).arrays)).isEqualTo(first.size());
    }

    @Test
    void theNextStateIsMadeFromTheLastOneByWhatTheLogChanged() throws IOException {
        KnownRefs known = new KnownRefs(Long.MAX_VALUE);
        List<byte[]> first = now(known).arrays;
        move(1, value(REFS));
        move(2, value(REFS + 1));

        Listed next = now(known);
        assertThat(next.refs).isEqualTo(with(value(REFS + 1)));
        assertThat(kept(first, next.arrays)).as("all chunks but that of the ref").isEqualTo(first.size() - 1);
    }

    @Test
    void aStateBeforeTheNewestIsListedAsItWas() throws IOException {
        KnownRefs known = new KnownRefs(Long.MAX_VALUE);
        try (ReplicaSnapshot listed = store.snapshot(REPO).orElseThrow()) {
            List<byte[]> first = list(known, listed, ALL).arrays;
            move(1, value(REFS));
            try (ReplicaSnapshot unlisted = store.snapshot(REPO).orElseThrow()) {
                move(2, value(REFS + 1));
                assertThat(now(known).refs).isEqualTo(with(value(REFS + 1)));

                assertThat(list(known, unlisted, ALL).refs).isEqualTo(with(value(REFS)));
                assertThat(list(known, listed, ALL).refs).isEqualTo(before);
                assertThat(kept(first, list(known, listed, ALL).arrays)).isEqualTo(first.size());
                assertThat(now(known).refs).isEqualTo(with(value(REFS + 1)));
            }
        }
    }

    @Test
    void whereTheLogDoesNotTellAllRefsAreReadAnew() throws IOException {
        KnownRefs known = new KnownRefs(Long.MAX_VALUE);
        List<byte[]> first = now(known).arrays;
        move(1, value(REFS));
        move(2, value(REFS + 1));
        store.apply(REPO, new Batch(Optional.of(state(2, 2)), Optional.empty(), OptionalLong.of(2),
            OptionalLong.empty(), List.of(), Map.of(), List.of(), List.of(), List.of(), Map.of()));

        Listed next = now(known);
        assertThat(next.refs).isEqualTo(with(value(REFS + 1)));
        assertThat(kept(first, next.arrays)).isZero();
    }

    @Test
    void fewRefsOfARepositoryThatIsNotKnownAreLookedUpByThemselves() throws IOException {
        KnownRefs known = new KnownRefs(Long.MAX_VALUE);
        try (ReplicaSnapshot snapshot = store.snapshot(REPO).orElseThrow()) {
            Listed some = list(known, snapshot, "refs/heads/0077");
            assertThat(some.refs).hasSize(10).containsEntry(TOPIC, value(777));
            assertThat(some.arrays).isEmpty();

            list(known, snapshot, ALL);
            assertThat(list(known, snapshot, "refs/heads/0077").arrays).as("once all are known").isNotEmpty();
        }
    }

    @Test
    void moreThanFitsIsNotKept() throws IOException {
        KnownRefs known = new KnownRefs(10_000);
        List<byte[]> first = now(known).arrays;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (kept(first, now(known).arrays) > 0) { // room is made by another thread
            assertThat(System.nanoTime()).as("it is still kept after a minute").isLessThan(end);
        }
        assertThat(now(known).refs).isEqualTo(before);
    }

    /** What was shown: refs by name, and the arrays that held them. */
    private record Listed(Map<RefName, RefValue> refs, List<byte[]> arrays) {
    }

    private Listed now(KnownRefs known) throws IOException {
        try (ReplicaSnapshot snapshot = store.snapshot(REPO).orElseThrow()) {
            return list(known, snapshot, ALL);
        }
    }

    private static Listed list(KnownRefs known, ReplicaSnapshot snapshot, String prefix) throws IOException {
        Listed listed = new Listed(new TreeMap<>(), new ArrayList<>());
        known.of(REPO, snapshot).list(prefix, new RefListing.Visitor() {
            @Override
            public void lines(byte[] bytes, int offset, int length) {
                listed.arrays.add(bytes);
                new String(bytes, offset, length, StandardCharsets.UTF_8).lines().forEach(line ->
                    listed.refs.put(new RefName(line.substring(45)),
                        new RefValue.Direct(new ObjectName(line.substring(4, 44)))));
            }

            @Override
            public void ref(RefName name, RefValue value) {
                listed.refs.put(name, value);
            }
        });
        return listed;
    }

    private static long kept(List<byte[]> first, List<byte[]> second) {
        return second.stream().filter(array -> first.stream().anyMatch(one -> one == array)).count();
    }

    private Map<RefName, RefValue> with(RefValue topic) {
        Map<RefName, RefValue> refs = new TreeMap<>(before);
        refs.put(TOPIC, topic);
        return refs;
    }

    /** Commits a push of that version. */
    private void move(long version, RefValue to) {
        RefValue from = store.refs(REPO).get(TOPIC).orElseThrow();
        LogEntry.Push push = new LogEntry.Push(at(version), new PushId(String.format("%032x", version)),
            List.of(new RefUpdate(TOPIC, Optional.of(from), Optional.of(to))), List.of());
        chain = chain.then(push);
        Logged logged = new Logged(push, chain);
        store.apply(REPO, new Batch(Optional.of(state(0, version)), Optional.empty(), OptionalLong.empty(),
            OptionalLong.empty(), List.of(logged), Map.of(TOPIC, Optional.of(to)), List.of(logged), List.of(),
            List.of(), Map.of()));
    }

    private ReplicaState state(long base, long committed) {
        return new ReplicaState(Role.VOTER, 1, members(), at(committed).epoch(),
            base == 0 ? Position.START : at(base), base == 0 ? Chain.START : chain, at(committed));
    }

    private static Position at(long version) {
        return new Position(version, new Epoch(1, 1, 0));
    }

    private static RefValue value(int number) {
        return new RefValue.Direct(new ObjectName(String.format("%040x", number)));
    }

    private static List<Member> members() {
        return Stream.of("n1", "n2", "n3").map(name -> new Member(new NodeId(name),
            new Incarnation("1".repeat(32)))).toList();
    }
}
