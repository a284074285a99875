package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.PeerMessage;
import dev.trine.server.replication.Withdrawal;
import dev.trine.server.repo.Completeness;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackPin;
import dev.trine.server.repo.StorageTrouble;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * One attempt to make the Git storage of a withdrawn replica sound again: reads every pack to its end, replaces damaged
 * ones by peers' copies, follows what was committed meanwhile, and walks everything that the committed refs and the
 * tail reach. Called by one thread for each repository.
 */
final class StorageRepair {
    private static final Duration PACK_SET_MAX = Duration.ofSeconds(30);
    private static final Duration PULL_MAX = Duration.ofSeconds(30);

    private final Member self;
    private final ReplicaStore store;
    private final PackFiles files;
    private final Views views;
    private final Completeness completeness;
    private final GrpcPeers peers;
    private final PackCopies copies;

    /** What came of it. */
    sealed interface Outcome {
        /** Everything is there and was read. */
        record Sound() implements Outcome {
        }

        /** Not yet; one clause says what is in the way. */
        record Unsound(String why) implements Outcome {
        }
    }

    StorageRepair(Member self, ReplicaStore store, PackFiles files, Views views, Completeness completeness,
                  GrpcPeers peers, PackCopies copies) {
        this.self = self;
        this.store = store;
        this.files = files;
        this.views = views;
        this.completeness = completeness;
        this.peers = peers;
        this.copies = copies;
    }

    /**
     * Tries.
     *
     * @param loop  held by the caller
     * @param cause of the withdrawal
     * @param doing told what is being done, in a clause
     * @param pace  told how many bytes were read; sleeps if that was too fast
     */
    Outcome attempt(ReplicaLoop loop, Withdrawal.Cause cause, Consumer<String> doing, IntConsumer pace)
        throws IOException, InterruptedException {
        if (cause == Withdrawal.Cause.DISK_FULL && !files.hasRoom()) {
            return new Outcome.Unsound("waits until the disk has room again");
        }
        Optional<StorageTrouble> unwritable = files.tryToWrite(loop.repo());
        if (unwritable.isPresent()) {
            return new Outcome.Unsound("waits: " + unwritable.get().fact());
        }
        if (!loop.packSet().tryAcquire(ReplicaLoop.PACK_SET_ALL, PACK_SET_MAX.toMillis(),
            TimeUnit.MILLISECONDS)) {
            return new Outcome.Unsound("waits for the end of a compaction");
        }
        try {
            return mend(loop, doing, pace);
        } finally {
            loop.packSet().release(ReplicaLoop.PACK_SET_ALL);
        }
    }

    private Outcome mend(ReplicaLoop loop, Consumer<String> doing, IntConsumer pace)
        throws IOException, InterruptedException {
        doing.accept("verifies its packs");
        Set<PackName> damaged = damaged(loop, pace);
        List<Member> voters = voters(loop);
        for (PackName pack : List.copyOf(damaged)) {
            doing.accept("replaces pack " + pack);
            if (copies.fetch(loop.repo(), voters, pack)) {
                damaged.remove(pack);
            }
        }
        Set<PackName> ofTail = packs(loop.shown().tail());
        if (damaged.stream().anyMatch(ofTail::contains)) {
            follow(loop, voters);
            return new Outcome.Unsound("waits for the other nodes to settle pushes whose packs are damaged here");
        }
        doing.accept("checks that every object is there");
        Optional<String> defect = defect(loop, damaged, Set.of());
        if (damaged.isEmpty() && defect.isEmpty()) {
            return followed(loop, voters);
        }
        return substitute(loop, voters, damaged, doing)
            .<Outcome>map(Outcome.Unsound::new).orElseGet(() -> followed(loop, voters));
    }

    /** Level with what the peers have committed, and still complete? The next attempt decides if not. */
    private Outcome followed(ReplicaLoop loop, List<Member> voters) {
        try {
            if (!follow(loop, voters)) {
                return new Outcome.Unsound("waits until it has caught up");
            }
            return defect(loop, Set.of(), Set.of()).<Outcome>map(Outcome.Unsound::new).orElseGet(Outcome.Sound::new);
        } catch (IOException e) {
            return new Outcome.Unsound(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Unsound("waits: the node is stopping");
        }
    }

    private Set<PackName> damaged(ReplicaLoop loop, IntConsumer pace) throws IOException {
        Set<PackName> all = new LinkedHashSet<>(packs(loop.shown().tail()));
        try (ReplicaSnapshot now = store.snapshot(loop.repo()).orElseThrow()) {
            all.addAll(now.packs());
        }
        Set<PackName> damaged = new LinkedHashSet<>();
        for (PackName pack : all) {
            try (PackPin held = files.pin(loop.repo(), List.of(pack))) {
                if (files.examine(loop.repo(), pack, pace).isPresent()) {
                    damaged.add(pack);
                }
            }
        }
        return damaged;
    }

    private static Set<PackName> packs(List<LogEntry.Push> pushes) {
        return pushes.stream().flatMap(push -> push.packs().stream()).collect(Collectors.toSet());
    }

    /** Members that answer as voters, the one that has committed most first. */
    private List<Member> voters(ReplicaLoop loop) throws InterruptedException {
        List<ProbeAnswer> answers = new ArrayList<>();
        for (Member member : loop.shown().state().members()) {
            if (!member.equals(self) && !peers.isDown(member)) {
                peers.probe(loop.repo(), member).filter(answer -> answer.role() == Role.VOTER)
                    .ifPresent(answers::add);
            }
        }
        answers.sort((a, b) -> Long.compare(b.committed().version(), a.committed().version()));
        return answers.stream().map(ProbeAnswer::from).toList();
    }

    /** Pulls what a voter has committed beyond this replica. Returns whether nothing is left to pull. */
    private boolean follow(ReplicaLoop loop, List<Member> voters) throws InterruptedException {
        if (voters.isEmpty()) {
            return true;
        }
        Member best = voters.getFirst();
        Optional<ProbeAnswer> theirs = peers.probe(loop.repo(), best);
        if (theirs.isEmpty() || theirs.get().committed().version() <= loop.shown().state().committed().version()) {
            return true;
        }
        Envelope hint = new Envelope(loop.repo(), loop.shown().state().generation(), best, self,
            new PeerMessage.PullHint(theirs.get().committed()));
        return loop.awaitPulled(hint, theirs.get().committed().version(),
            new ReplicaLoop.Patience(PULL_MAX, () -> peers.isDown(best), () -> false));
    }

    /** What is missing of what refs and tail reach, with some packs left out and others besides; empty: nothing. */
    private Optional<String> defect(ReplicaLoop loop, Set<PackName> without, Set<PackName> with) throws IOException {
        List<LogEntry.Push> tail = loop.shown().tail();
        Set<PackName> besides = new LinkedHashSet<>(with);
        besides.addAll(packs(tail));
        try (CommittedView view = views.open(loop.repo(), without, besides).orElseThrow()) {
            Set<ObjectName> tips = new HashSet<>(PullSource.targets(view.refs()));
            tail.forEach(push -> tips.addAll(Quarantine.tips(push.updates())));
            return completeness.defect(view.objects(), tips);
        }
    }

    /** Puts the packs of peers in the place of those that nobody has. Returns what is in the way; empty: done. */
    private Optional<String> substitute(ReplicaLoop loop, List<Member> voters, Set<PackName> damaged,
                                        Consumer<String> doing) throws IOException, InterruptedException {
        Optional<String> defect = Optional.of("waits for a peer that answers and has not withdrawn");
        List<PackPin> held = new ArrayList<>();
        Set<PackName> fetched = new LinkedHashSet<>();
        try {
            for (Member voter : voters) {
                doing.accept("copies the packs of " + voter.node());
                copies.fetchAll(loop.repo(), voter, held);
                held.stream().flatMap(pin -> pin.packs().stream()).filter(pack -> files.has(loop.repo(), pack))
                    .forEach(fetched::add);
                defect = defect(loop, damaged, fetched);
                if (defect.isEmpty()) {
                    swap(loop, fetched, damaged);
                    files.reap(loop.repo(), damaged);
                    return Optional.empty();
                }
            }
            return defect.map(found -> found.startsWith("waits") ? found
                : found + ", and no node that votes has it");
        } finally {
            held.forEach(PackPin::close);
        }
    }

    private void swap(ReplicaLoop loop, Set<PackName> added, Set<PackName> damaged) throws IOException {
        AtomicBoolean swapped = new AtomicBoolean();
        // not given up on before it is over: the pins must outlast a swap that comes late
        loop.between(() -> {
            try (ReplicaSnapshot now = store.snapshot(loop.repo()).orElseThrow()) {
                List<PackName> replaced = now.packs().stream().filter(damaged::contains).toList();
                List<PackName> joining = added.stream().filter(pack -> !now.packs().contains(pack)).toList();
                loop.staged().all().stream().filter(push -> push.packs().stream().anyMatch(damaged::contains))
                    .forEach(push -> loop.staged().unstage(push.push()));
                loop.staged().swapped(store.replacePacks(loop.repo(), joining, replaced), loop.staged().current());
            }
            swapped.set(true);
        }).join();
        if (!swapped.get()) {
            throw new IOException("the replica stopped while its packs were replaced");
        }
    }
}
