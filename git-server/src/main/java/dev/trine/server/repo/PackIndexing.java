package dev.trine.server.repo;

import static org.eclipse.jgit.lib.Constants.OBJECT_ID_LENGTH;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Repository;

/**
 * The indexing of one received pack: scan the stream, resolve the deltas on several threads, complete a thin pack,
 * write the index. The calling thread scans and coordinates.
 */
final class PackIndexing {
    /** Fewer deltas than this are not worth handing to other threads. */
    private static final int PARALLEL_DELTAS_MIN = 500;
    /** Beyond so many linked objects, the pack's completeness is not judged here. */
    private static final int LINKS_MAX = 8_000_000;
    /** Heap that the link to an object takes. */
    private static final int LINK_BYTES = 100;
    private static final long PROGRESS_MILLIS = 200;

    private final Repository base;
    private final PackLimits limits;
    private final Scratch scratch;
    private final IntakeBudget.Share share;
    private final ExecutorService workers;
    private final int workerCount;
    private final LinkSet links = new LinkSet(LINKS_MAX);
    private final AtomicInteger resolved = new AtomicInteger();
    private int reported;

    PackIndexing(Repository base, PackLimits limits, Scratch scratch, IntakeBudget.Share share, JGitRuntime runtime) {
        this.base = base;
        this.limits = limits;
        this.scratch = scratch;
        this.share = share;
        this.workers = runtime.workers();
        this.workerCount = runtime.workerCount();
    }

    /**
     * A pack that is finished but for syncing and its name.
     *
     * @param trailer       the pack's SHA-1
     * @param objects       number of objects; 0: there is no index
     * @param selfContained see {@link ReceivedPack.Indexed}
     */
    record Outcome(byte[] trailer, int objects, boolean selfContained) {
    }

    /** Where the pack goes, and its index. */
    record Files(Path pack, Path index) {
    }

    /** Reads the pack into one file and, unless it is refused when it has arrived, writes the index into the other. */
    Outcome run(InputStream in, Files files, ProgressMonitor progress, PackReceiver.Gate arrived)
            throws IOException, UnusablePackException {
        try (FileChannel channel = FileChannel.open(files.pack(), StandardOpenOption.READ, StandardOpenOption.WRITE);
             ObjectIntake intake = new ObjectIntake(base, links);
             PackInput input = new PackInput(in, channel, limits.packBytesMax())) {
            PackScanner scanner = new PackScanner(input, limits, intake, new Reserved());
            scanner.scan(progress);
            PackEntries entries = scanner.entries();
            if (entries.count() == 0) {
                return new Outcome(scanner.trailer(), 0, true);
            }
            Optional<String> refused = arrived.refused();
            if (refused.isPresent()) {
                throw new UnusablePackException(refused.get());
            }
            DeltaResolver.Pack pack = new DeltaResolver.Pack(entries, files.pack(), channel, base, links);
            byte[] trailer = resolveDeltas(pack, scanner.trailer(), progress);
            compareLargeBlobs(pack, scanner.toCompare());
            return writeIndex(entries, files.index(), trailer);
        }
    }

    /** This pack's share of the heap. */
    private final class Reserved implements PackScanner.Reservation {
        @Override
        public void take(long entryBytes, int objects) throws UnusablePackException {
            share.take(entryBytes);
            if (!share.tryTake((long) objects * LINK_BYTES)) {
                links.giveUp();
            }
        }

        @Override
        public void hold(int objectBytes) throws UnusablePackException {
            share.take(objectBytes);
        }

        @Override
        public boolean tryHold(int objectBytes) {
            return share.tryTake(objectBytes);
        }

        @Override
        public void release(int objectBytes) {
            share.give(objectBytes);
        }
    }

    private byte[] resolveDeltas(DeltaResolver.Pack pack, byte[] sentTrailer, ProgressMonitor progress)
            throws IOException, UnusablePackException {
        PackEntries entries = pack.entries();
        if (entries.deltas() == 0) {
            return sentTrailer;
        }
        progress.beginTask("Resolving deltas", entries.deltas());
        List<Integer> roots = new ArrayList<>();
        for (int entry = 0; entry < entries.count(); entry++) {
            if (entries.isResolved(entry) && entries.mayHaveChildren(entry)) {
                roots.add(entry);
            }
        }
        try (ObjectReader reader = base.newObjectReader()) {
            ThinPack thin = new ThinPack(pack.channel(), entries, reader, pack.channel().size() - OBJECT_ID_LENGTH);
            resolveTrees(pack, roots, progress);
            while (resolved.get() < entries.deltas()) {
                List<Integer> appended = thin.appendBases();
                if (appended.isEmpty()) {
                    throw missingBase(entries);
                }
                links.giveUp(); // what the appended objects link to was not looked at
                resolveTrees(pack, appended, progress);
            }
            progress.endTask();
            return thin.isCompleted() ? thin.seal() : sentTrailer;
        }
    }

    private static UnusablePackException missingBase(PackEntries entries) {
        ObjectId missing = entries.basesNotFound().getFirst();
        return new UnusablePackException("a delta needs object " + missing.name() + ", which is not here");
    }

    private void resolveTrees(DeltaResolver.Pack pack, List<Integer> roots, ProgressMonitor progress)
            throws IOException, UnusablePackException {
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean failed = new AtomicBoolean();
        if (pack.entries().deltas() < PARALLEL_DELTAS_MIN) {
            resolveSome(pack, roots, next, failed);
            report(progress);
            return;
        }
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < workerCount; i++) {
            running.add(workers.submit(() -> {
                resolveSome(pack, roots, next, failed);
                return null;
            }));
        }
        await(running, failed, progress);
    }

    private void resolveSome(DeltaResolver.Pack pack, List<Integer> roots, AtomicInteger next, AtomicBoolean failed)
            throws IOException, UnusablePackException {
        try (DeltaResolver resolver = new DeltaResolver(pack, limits, scratch)) {
            int counted = 0;
            for (int i; !failed.get() && (i = next.getAndIncrement()) < roots.size();) {
                resolver.resolveTree(roots.get(i));
                resolved.addAndGet(resolver.resolved() - counted);
                counted = resolver.resolved();
            }
            resolved.addAndGet(resolver.finish() - counted);
        }
    }

    /** Waits for all, also after one has failed: the others still use the pack's file. */
    private void await(List<Future<?>> running, AtomicBoolean failed, ProgressMonitor progress)
            throws IOException, UnusablePackException {
        ExecutionException failure = null;
        boolean interrupted = false;
        for (Future<?> future : running) {
            boolean done = false;
            while (!done) {
                try {
                    future.get(PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
                    done = true;
                } catch (TimeoutException e) {
                    report(progress);
                } catch (ExecutionException e) {
                    failed.set(true);
                    failure = failure == null ? e : failure;
                    done = true;
                } catch (InterruptedException e) {
                    failed.set(true);
                    interrupted = true;
                }
            }
        }
        report(progress);
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while deltas were being resolved");
        }
        if (failure != null) {
            throw rethrow(failure.getCause());
        }
    }

    private static IOException rethrow(Throwable cause) throws IOException, UnusablePackException {
        switch (cause) {
            case UnusablePackException e -> throw e;
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(cause);
        }
    }

    private void report(ProgressMonitor progress) {
        int now = resolved.get();
        progress.update(now - reported);
        reported = now;
    }

    private void compareLargeBlobs(DeltaResolver.Pack pack, List<Integer> blobs)
            throws IOException, UnusablePackException {
        if (blobs.isEmpty()) {
            return;
        }
        try (DeltaResolver resolver = new DeltaResolver(pack, limits, scratch)) {
            for (int blob : blobs) {
                resolver.compare(blob);
            }
        }
    }

    private Outcome writeIndex(PackEntries entries, Path indexFile, byte[] trailer)
            throws IOException, UnusablePackException {
        IndexWriter index = new IndexWriter(entries);
        ObjectId twice = index.duplicate().orElse(ObjectId.zeroId());
        if (!twice.equals(ObjectId.zeroId())) {
            throw new UnusablePackException("object " + twice.name() + " is in the pack twice");
        }
        index.write(indexFile, trailer);
        Optional<ObjectId> contradiction = links.contradiction();
        if (contradiction.isPresent()) {
            throw mistaken(contradiction.get());
        }
        boolean selfContained = links.allLeadTo((name, type) -> {
            Optional<Integer> entry = index.find(name);
            if (entry.isPresent() && entries.type(entry.get()) != type) {
                throw mistaken(name);
            }
            return entry.isPresent();
        });
        return new Outcome(trailer, entries.count(), selfContained);
    }

    private static UnusablePackException mistaken(ObjectId object) {
        return new UnusablePackException("object " + object.name() + " is of another type than an object that names it "
            + "says");
    }
}
