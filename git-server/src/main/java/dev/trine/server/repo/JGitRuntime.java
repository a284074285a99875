package dev.trine.server.repo;

/**
 * JGit, set up for a server: hardware SHA-1, no user or system configuration, no probing of file systems, its block
 * cache. JGit keeps these for the whole process, so the first start in a process decides. Owns the threads that resolve
 * deltas.
 */
public final class JGitRuntime implements AutoCloseable {
    private JGitRuntime() {
    }

    /** Sets JGit up and starts the threads. Call it before anything else touches JGit. */
    public static JGitRuntime start(JGitSettings settings) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
