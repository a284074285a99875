package dev.trine.server.store;

import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.Effect;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.PeerMessage;
import dev.trine.server.replication.Proposal;
import dev.trine.server.replication.RefLogReplica;
import dev.trine.server.replication.Step;
import dev.trine.server.replication.Ticket;
import dev.trine.server.replication.Timeouts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;

/**
 * Measures what a replica keeps in RocksDB of many updates of one ref, with its log kept whole and compacted as in
 * production. The replica and its database are the real ones, the peer only acknowledges. Arguments: updates, updates
 * in one group. Not a test; run its main.
 */
public final class LogBenchmark {
    private static final long NOW = 1;

    private final RocksReplicaStore store;
    private final RefLogReplica replica;
    private final Queue<Envelope> sent = new ArrayDeque<>();
    private long answered;
    private long entriesMax;

    private LogBenchmark(RocksReplicaStore store, Timeouts timeouts) {
        this.store = store;
        store.create(Samples.REPO, Samples.created(), Map.of());
        this.replica = new RefLogReplica(Samples.REPO, self(), store.load(Samples.REPO).orElseThrow().replica(),
            () -> store.refs(Samples.REPO), (push, packs) -> true, timeouts, 0);
    }

    public static void main(String[] args) throws Exception {
        int updates = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int group = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        Timeouts usual = Timeouts.DEFAULT;
        Timeouts whole = new Timeouts(usual.tentativeLeaseMillis(), usual.leaseMillis(), usual.lockMillis(),
            usual.resendMillis(), usual.backoffMinMillis(), usual.backoffSpreadMillis(), usual.backoffMaxMillis(),
            usual.contactMillis(), usual.refuseMillis(), usual.settleMillis(), usual.readMillis(),
            usual.pursueMillis(), Integer.MAX_VALUE / 4, usual.outcomesKept(), usual.chunkEntries());
        System.out.printf("%,d updates of one ref, %d in a group%n", updates, group);
        run("log kept whole", whole, updates, group);
        run("log compacted", usual, updates, group);
    }

    private static void run(String name, Timeouts timeouts, int updates, int group) throws Exception {
        Path directory = Files.createTempDirectory("trine-log-benchmark");
        try (Database database = Database.open(directory, true, 64 << 20, (fact, cause) -> {
            throw new IllegalStateException(fact, cause);
        })) {
            RocksReplicaStore store = new RocksReplicaStore(database, Clock.systemUTC());
            LogBenchmark benchmark = new LogBenchmark(store, timeouts);
            long begun = System.nanoTime();
            benchmark.update(updates, group);
            double seconds = (System.nanoTime() - begun) / 1e9;
            Size log = size(database, Keys.log(Samples.REPO));
            Size outcomes = size(database, Keys.outcomes(Samples.REPO));
            System.out.printf("%s: %.0f updates/s; log %,d entries (never more than %,d), %,d bytes, %.2f bytes per"
                    + " update; outcomes %,d, %,d bytes%n", name, updates / seconds, log.entries(),
                benchmark.entriesMax, log.bytes(), (double) log.bytes() / updates, outcomes.entries(),
                outcomes.bytes());
        } finally {
            delete(directory);
        }
    }

    private void update(int updates, int group) {
        Optional<RefValue> before = Optional.empty();
        for (int done = 0; done < updates; done += group) {
            List<Proposal> proposals = new ArrayList<>();
            for (int i = done; i < Math.min(updates, done + group); i++) {
                Optional<RefValue> after =
                    Optional.of(new RefValue.Direct(new ObjectName(String.format("%040x", i + 1))));
                proposals.add(new Proposal(new Ticket(i), new PushId(String.format("%032x", i + 1)),
                    List.of(new RefUpdate(Samples.MAIN, before, after)), List.of(), false));
                before = after;
            }
            step(new Message.Propose(proposals));
            while (!sent.isEmpty()) {
                answer(sent.remove()).ifPresent(reply -> step(new Message.Received(reply)));
            }
        }
        if (answered != updates) {
            throw new IllegalStateException(answered + " of " + updates + " pushes were answered");
        }
    }

    private void step(Message message) {
        Step step = replica.step(NOW, message);
        step.before().forEach(this::carryOut);
        store.apply(Samples.REPO, step.batch());
        entriesMax = Math.max(entriesMax, replica.probe(NOW).last().version() - replica.state().base().version());
        step.after().forEach(this::carryOut);
    }

    private void carryOut(Effect effect) {
        if (effect instanceof Effect.Send send) {
            sent.add(send.envelope());
        } else if (effect instanceof Effect.Reply) {
            answered++;
        }
    }

    /** What a peer says that has everything: only the second member answers. */
    private static Optional<Envelope> answer(Envelope to) {
        if (!to.target().equals(Samples.MEMBERS.get(1))) {
            return Optional.empty();
        }
        return switch (to.payload()) {
            case PeerMessage.Lock lock -> Optional.of(reply(to, new PeerMessage.Granted(lock.epoch(), Position.START,
                Position.START, Position.START)));
            case PeerMessage.Append append -> Optional.of(reply(to, new PeerMessage.Ack(append.epoch(),
                append.previous().version() + append.entries().size(), append.round())));
            default -> throw new IllegalStateException("unexpected: " + to.payload());
        };
    }

    private static Envelope reply(Envelope to, PeerMessage message) {
        return new Envelope(to.repo(), to.generation(), to.target(), to.sender(), message);
    }

    private static Member self() {
        return Samples.MEMBERS.getFirst();
    }

    private static Size size(Database database, byte[] prefix) {
        long[] sums = new long[2];
        database.newest().scan(prefix, (key, value) -> {
            sums[0]++;
            sums[1] += key.length + value.length;
            return true;
        });
        return new Size(sums[0], sums[1]);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }

    private record Size(long entries, long bytes) {
    }
}
