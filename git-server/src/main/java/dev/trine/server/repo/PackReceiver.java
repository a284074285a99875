package dev.trine.server.repo;

import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.lib.ProgressMonitor;

/** Receives packfiles from clients: indexes them in parallel and checks every object. Called by many threads. */
public final class PackReceiver {
    private final PackFiles files;
    private final JGitRuntime runtime;
    private final PackLimits limits;

    public PackReceiver(PackFiles files, JGitRuntime runtime, PackLimits limits) {
        this.files = files;
        this.runtime = runtime;
        this.limits = limits;
    }

    /**
     * Reads one packfile to its trailer and not a byte further.
     *
     * @param in       positioned at the pack's first byte
     * @param base     the committed state: holds the bases of a thin pack; objects of the same name must be equal
     * @param progress told about receiving and resolving, from the calling thread
     * @throws IOException the stream broke, or the disk failed; nothing is kept
     */
    public ReceivedPack receive(InputStream in, ObjectView base, ProgressMonitor progress) throws IOException {
        throw new UnsupportedOperationException();
    }
}
