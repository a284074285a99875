package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ProgressMonitor;

/** Receives packfiles from clients: indexes them in parallel and checks every object. Called by many threads. */
public final class PackReceiver {
    private final PackFiles files;
    private final JGitRuntime runtime;
    private final PackLimits limits;
    private final Scratch scratch;
    private final IntakeBudget budget;

    /**
     * Receives nothing yet; takes up to half of the heap when it does.
     *
     * @param runtime whose threads resolve deltas
     */
    public PackReceiver(PackFiles files, JGitRuntime runtime, PackLimits limits) {
        this(files, runtime, limits, Runtime.getRuntime().maxMemory() / 2);
    }

    PackReceiver(PackFiles files, JGitRuntime runtime, PackLimits limits, long heapBytesMax) {
        this.files = files;
        this.runtime = runtime;
        this.limits = limits;
        this.scratch = new Scratch(heapBytesMax / 4);
        this.budget = new IntakeBudget(heapBytesMax - heapBytesMax / 4);
    }

    /** Asked when a pack has arrived, before it is worked through. */
    @FunctionalInterface
    public interface Gate {
        /** Why it is not to be worked through; empty: it is. May wait. */
        Optional<String> refused() throws IOException;
    }

    /**
     * Reads one packfile to its trailer and not a byte further.
     *
     * @param in       positioned at the pack's first byte
     * @param base     the committed state: holds the bases of a thin pack; objects of the same name must be equal
     * @param progress told about receiving and resolving, from the calling thread
     * @param arrived  asked from the calling thread once the pack is read
     * @throws IOException the stream broke, or the disk failed; nothing is kept
     */
    public ReceivedPack receive(InputStream in, ObjectView base, ProgressMonitor progress, Gate arrived)
        throws IOException {
        Path pack = files.temporary(base.repo(), ".pack");
        Path index = files.temporary(base.repo(), ".idx");
        try (IntakeBudget.Share share = budget.open()) {
            PackIndexing indexing = new PackIndexing(base.git(), limits, scratch, share, runtime);
            PackIndexing.Outcome outcome = indexing.run(in, new PackIndexing.Files(pack, index), progress, arrived);
            if (outcome.objects() == 0) {
                return new ReceivedPack.Empty();
            }
            return install(base, pack, index, outcome);
        } catch (UnusablePackException e) {
            return new ReceivedPack.Unusable(e.getMessage());
        } catch (IOException e) {
            throw files.blamed(base.repo(), e);
        } finally {
            Files.deleteIfExists(pack);
            Files.deleteIfExists(index);
        }
    }

    /** As the other, without asking. */
    public ReceivedPack receive(InputStream in, ObjectView base, ProgressMonitor progress) throws IOException {
        return receive(in, base, progress, Optional::empty);
    }

    /** As the others, without telling anybody how far it is. */
    public ReceivedPack receive(InputStream in, ObjectView base) throws IOException {
        return receive(in, base, NullProgressMonitor.INSTANCE);
    }

    private ReceivedPack install(ObjectView base, Path pack, Path index, PackIndexing.Outcome outcome)
            throws IOException {
        PackName name = new PackName(ObjectId.fromRaw(outcome.trailer()).name());
        PackFiles.Named named = files.name(base.repo(), name, pack, index);
        try {
            if (outcome.selfContained()) {
                files.noteSelfContained(base.repo(), name);
            }
            return new ReceivedPack.Indexed(named.pin(), files.describe(base.repo(), name), named.sync(),
                outcome.selfContained());
        } catch (IOException e) {
            named.pin().close();
            throw e;
        }
    }
}
