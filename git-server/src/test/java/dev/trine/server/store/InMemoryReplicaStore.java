package dev.trine.server.store;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Sha256;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.ChangesDigest;
import dev.trine.server.replication.Link;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.RefTable;
import dev.trine.server.replication.RefsDigest;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.StoredReplica;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Replicas in memory, for tests of what is built on a store. Forgets all at the end of the process. */
public final class InMemoryReplicaStore implements ReplicaStore {
    private final Clock clock;
    private final NavigableMap<String, Replica> replicas = new TreeMap<>();
    private final Map<List<Object>, Pull> pulls = new HashMap<>();
    private long appends;
    private long entries;

    public InMemoryReplicaStore(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized List<RepoId> repositories() {
        return replicas.keySet().stream().map(RepoId::new).toList();
    }

    @Override
    public synchronized List<RepoId> repositories(Predicate<ReplicaState> wanted) {
        return replicas.entrySet().stream().filter(each -> wanted.test(each.getValue().state))
            .map(each -> new RepoId(each.getKey())).toList();
    }

    @Override
    public synchronized List<RepoId> repositoriesWithStaged() {
        return replicas.entrySet().stream().filter(each -> !each.getValue().staged.isEmpty())
            .map(each -> new RepoId(each.getKey())).toList();
    }

    @Override
    public synchronized WriteCounts writeCounts() {
        return new WriteCounts(appends, appends, entries, 0);
    }

    @Override
    public synchronized long count() {
        return replicas.values().stream().filter(replica -> !replica.tombstone).count();
    }

    @Override
    public synchronized boolean create(RepoId repo, ReplicaState state, Map<RefName, RefValue> refs) {
        return replicas.putIfAbsent(repo.value(), new Replica(state, refs)) == null;
    }

    @Override
    public synchronized Optional<StoredRepository> load(RepoId repo) {
        return find(repo).map(replica -> new StoredRepository(new StoredReplica(replica.state,
            List.copyOf(replica.log.values()), replica.outcomes.values().stream()
                .sorted(Comparator.comparingLong(o -> o.at().version())).toList()), replica.gcGeneration,
            List.copyOf(replica.staged.values())));
    }

    @Override
    public synchronized void apply(RepoId repo, Batch batch) {
        if (batch.isEmpty()) {
            return;
        }
        Replica replica = existing(repo);
        Instant now = Instant.ofEpochMilli(clock.millis());
        batch.snapshot().ifPresent(id -> replica.switchTo(Optional.ofNullable(pulls.remove(List.of(repo, id)))
            .orElseThrow(() -> new IllegalStateException("no pull " + id)), now));
        batch.dropUpTo().ifPresent(version -> replica.log.headMap(version, true).clear());
        batch.truncateFrom().ifPresent(version -> replica.log.tailMap(version, true).clear());
        appends += batch.put().isEmpty() ? 0 : 1;
        entries += batch.put().size();
        batch.put().forEach(entry -> {
            replica.log.put(entry.version(), entry);
            if (entry.entry() instanceof LogEntry.Push push) {
                replica.logged.add(push.pushId().value());
            }
        });
        batch.refs().forEach((name, value) -> replica.set(name, value, now));
        replica.applied(batch.applied(), batch.holders(), now);
        batch.outcomesAdded().forEach(outcome -> replica.outcomes.put(outcome.push().value(), outcome));
        batch.outcomesDropped().forEach(push -> replica.outcomes.remove(push.value()));
        batch.packsJoined().forEach((push, packs) -> {
            packs.forEach(pack -> replica.packs.add(pack.hex()));
            replica.staged.remove(push.value());
        });
        batch.state().ifPresent(state -> replica.state = state);
    }

    @Override
    public synchronized Optional<ReplicaSnapshot> snapshot(RepoId repo) {
        return find(repo).map(Snapshot::new);
    }

    @Override
    public RefTable refs(RepoId repo) {
        return new Table(() -> find(repo).map(replica -> replica.refs).orElse(new TreeMap<>()));
    }

    /** Forgets what a restart forgets. */
    synchronized InMemoryReplicaStore restarted() {
        replicas.values().forEach(replica -> replica.staged.keySet().retainAll(replica.logged));
        return this;
    }

    @Override
    public synchronized void stage(RepoId repo, StagedPush push) {
        existing(repo).staged.put(push.push().value(), push);
    }

    @Override
    public synchronized void unstage(RepoId repo, PushId push) {
        find(repo).ifPresent(replica -> replica.staged.remove(push.value()));
    }

    @Override
    public synchronized List<StagedPush> staged(RepoId repo) {
        return find(repo).map(replica -> List.copyOf(replica.staged.values())).orElse(List.of());
    }

    @Override
    public synchronized long replacePacks(RepoId repo, List<PackName> added, List<PackName> replaced) {
        Replica replica = existing(repo);
        Set<String> gone = replaced.stream().map(PackName::hex).collect(Collectors.toSet());
        if (!replica.packs.containsAll(gone)) {
            throw new IllegalStateException("not all are there to replace: " + replaced);
        }
        replica.packs.removeAll(gone);
        added.forEach(pack -> replica.packs.add(pack.hex()));
        return ++replica.gcGeneration;
    }

    @Override
    public synchronized boolean lists(RepoId repo, PackName pack) {
        return find(repo).map(replica -> replica.packs.contains(pack.hex())
            || replica.staged.values().stream().anyMatch(push -> push.packs().contains(pack))).orElse(false);
    }

    @Override
    public synchronized PulledRefs pull(RepoId repo, PullId id) {
        existing(repo);
        Pull pull = new Pull(List.of(repo, id));
        if (pulls.putIfAbsent(pull.key, pull) != null) {
            throw new IllegalStateException("pull " + id + " is under way");
        }
        return pull;
    }

    @Override
    public synchronized Set<ObjectName> replacedTips(RepoId repo, Instant since) {
        return find(repo).map(replica -> replica.replaced.stream().filter(tip -> !tip.at().isBefore(since))
            .map(Replaced::id).collect(Collectors.toSet())).orElse(Set.of());
    }

    @Override
    public synchronized void forgetReplacedTips(RepoId repo, Instant before) {
        find(repo).ifPresent(replica -> replica.replaced.removeIf(tip -> tip.at().isBefore(before)));
    }

    @Override
    public synchronized void deleteContents(RepoId repo) {
        try (ReplicaSnapshot before = new Snapshot(existing(repo))) {
            Replica tombstone = new Replica(before.state().withoutLog(before.chain()), Map.of());
            tombstone.gcGeneration = before.gcGeneration();
            tombstone.tombstone = true;
            tombstone.receiptsFrom = before.state().committed().version() + 1;
            replicas.put(repo.value(), tombstone);
        }
    }

    private synchronized Optional<Replica> find(RepoId repo) {
        return Optional.ofNullable(replicas.get(repo.value()));
    }

    private Replica existing(RepoId repo) {
        return find(repo).orElseThrow(() -> new IllegalStateException(repo + " was never created here"));
    }

    /** A tip and when it stopped to be one. */
    private record Replaced(ObjectName id, Instant at) {
    }

    /** One replica's values. */
    private static final class Replica {
        private ReplicaState state;
        private boolean tombstone;
        private long gcGeneration;
        private final NavigableMap<Long, Logged> log = new TreeMap<>();
        private NavigableMap<RefName, RefValue> refs;
        private final NavigableMap<String, RecordedOutcome> outcomes = new TreeMap<>();
        private final NavigableMap<String, StagedPush> staged = new TreeMap<>();
        /** Pushes that were ever in the log. */
        private final Set<String> logged = new HashSet<>();
        private final TreeSet<String> packs = new TreeSet<>();
        private RefsDigest digest;
        private NavigableMap<Long, Receipt> receipts = new TreeMap<>();
        private long receiptsFrom = 1;
        private final List<Replaced> replaced = new ArrayList<>();

        Replica(ReplicaState state, Map<RefName, RefValue> refs) {
            this.state = state;
            this.refs = new TreeMap<>(refs);
            this.digest = RefsDigest.EMPTY.with(refs);
        }

        void applied(List<Logged> entries, List<NodeId> holders, Instant now) {
            for (Logged logged : entries) {
                if (logged.entry() instanceof LogEntry.Push push) {
                    digest = digest.after(push.updates());
                    receipts.put(logged.version(), new Receipt(logged.position(), push.pushId(),
                        new Sha256(logged.chain().hex()), digest.sha256(), ChangesDigest.of(push.updates()), now,
                        push.user(), holders));
                }
            }
        }

        void switchTo(Pull pull, Instant now) {
            NavigableMap<RefName, RefValue> before = refs;
            refs = pull.refs;
            digest = pull.refsDigest();
            receipts.putAll(pull.receipts);
            if (pull.receiptsFrom > state.committed().version() + 1) {
                receiptsFrom = pull.receiptsFrom;
            }
            before.forEach((name, value) -> remember(value, Optional.ofNullable(refs.get(name)), now));
            log.clear();
            outcomes.clear();
            pull.packs.forEach(pack -> packs.add(pack.hex()));
        }

        void set(RefName name, Optional<RefValue> value, Instant now) {
            Optional.ofNullable(refs.get(name)).ifPresent(before -> remember(before, value, now));
            refs = new TreeMap<>(refs);
            value.ifPresentOrElse(it -> refs.put(name, it), () -> refs.remove(name));
        }

        private void remember(RefValue before, Optional<RefValue> after, Instant now) {
            if (before instanceof RefValue.Direct tip && !after.map(tip::sameAs).orElse(false)) {
                replaced.add(new Replaced(tip.id(), now));
            }
        }
    }

    /** A copy of one replica. */
    private static final class Snapshot implements ReplicaSnapshot {
        private final ReplicaState state;
        private final Position last;
        private final Optional<Chain> chain;
        private final NavigableMap<Long, Logged> log;
        private final List<RecordedOutcome> outcomes;
        private final NavigableMap<RefName, RefValue> refs;
        private final List<PackName> packs;
        private final RefsDigest digest;
        private final NavigableMap<Long, Receipt> receipts;
        private final long receiptsFrom;
        private final long gcGeneration;
        private volatile boolean closed;

        Snapshot(Replica of) {
            state = of.state;
            last = of.log.isEmpty() ? of.state.base() : of.log.lastEntry().getValue().position();
            chain = state.committed().version() == state.base().version() ? Optional.of(state.baseChain())
                : Optional.ofNullable(of.log.get(state.committed().version())).map(Logged::chain);
            log = new TreeMap<>(of.log);
            outcomes = of.outcomes.values().stream().sorted(Comparator.comparingLong(o -> o.at().version())).toList();
            refs = of.refs;
            packs = of.packs.stream().map(PackName::new).toList();
            gcGeneration = of.gcGeneration;
            digest = of.digest;
            receipts = new TreeMap<>(of.receipts);
            receiptsFrom = of.receiptsFrom;
        }

        private <T> T open(T value) {
            if (closed) {
                throw new IllegalStateException("the snapshot is closed");
            }
            return value;
        }

        @Override
        public ReplicaState state() {
            return state;
        }

        @Override
        public Position last() {
            return open(last);
        }

        @Override
        public Chain chain() {
            return open(chain).orElseThrow();
        }

        @Override
        public Optional<Link> link(long version) {
            return version == state.base().version() ? Optional.of(new Link(state.base(), state.baseChain()))
                : Optional.ofNullable(open(log).get(version)).filter(it -> version <= state.committed().version())
                    .map(logged -> new Link(logged.position(), logged.chain()));
        }

        @Override
        public Optional<List<RefUpdate>> changesSince(Position from, int entriesMax) {
            long committed = state.committed().version();
            return committed < from.version() || committed - from.version() > entriesMax
                || from.version() < state.base().version()
                || !link(from.version()).map(Link::at).equals(Optional.of(from)) ? Optional.empty()
                : Optional.of(open(log).subMap(from.version(), false, committed, true).values().stream()
                    .flatMap(logged -> logged.entry() instanceof LogEntry.Push push ? push.updates().stream()
                        : Stream.empty()).toList());
        }

        @Override
        public List<RecordedOutcome> outcomes() {
            return open(outcomes);
        }

        @Override
        public Optional<RecordedOutcome> outcome(PushId push) {
            return open(outcomes).stream().filter(outcome -> outcome.push().equals(push)).findFirst();
        }

        @Override
        public RefsDigest refsDigest() {
            return open(digest);
        }

        @Override
        public KeptReceipts receipts(long atMost, int max) {
            return new KeptReceipts(open(receipts).headMap(atMost, true).descendingMap().values().stream().limit(max)
                .toList(), receiptsFrom);
        }

        @Override
        public List<Receipt> receiptsSince(long version, int max) {
            return open(receipts).tailMap(version, true).values().stream().limit(max).toList();
        }

        @Override
        public RefTable refs() {
            return new Table(() -> open(refs));
        }

        @Override
        public List<PackName> packs() {
            return open(packs);
        }

        @Override
        public long gcGeneration() {
            return open(gcGeneration);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Refs of a map. */
    private record Table(Supplier<NavigableMap<RefName, RefValue>> refs) implements RefTable {
        @Override
        public Optional<RefValue> get(RefName name) {
            return Optional.ofNullable(refs.get().get(name));
        }

        @Override
        public void scan(String prefix, BiPredicate<RefName, RefValue> visitor) {
            for (Map.Entry<RefName, RefValue> ref : refs.get().entrySet()) {
                if (ref.getKey().value().startsWith(prefix) && !visitor.test(ref.getKey(), ref.getValue())) {
                    return;
                }
            }
        }
    }

    /** A pulled state on its way in. */
    private final class Pull implements PulledRefs {
        private final List<Object> key;
        private final NavigableMap<RefName, RefValue> refs = new TreeMap<>();
        private final List<PackName> packs = new ArrayList<>();
        private final NavigableMap<Long, Receipt> receipts = new TreeMap<>();
        private long receiptsFrom = Long.MAX_VALUE;

        Pull(List<Object> key) {
            this.key = key;
        }

        @Override
        public void add(Map<RefName, RefValue> added) {
            refs.putAll(added);
        }

        @Override
        public RefsDigest refsDigest() {
            return RefsDigest.EMPTY.with(refs);
        }

        @Override
        public void addReceipts(List<Receipt> added) {
            added.forEach(receipt -> receipts.put(receipt.at().version(), receipt));
        }

        @Override
        public void receiptsFrom(long version) {
            receiptsFrom = version;
        }

        @Override
        public void addPacks(List<PackName> added) {
            packs.addAll(added);
        }

        @Override
        public void close() {
            synchronized (InMemoryReplicaStore.this) {
                pulls.remove(key, this);
            }
        }
    }
}
