package dev.trine.server.repo;

/**
 * How JGit uses this process's memory and processors.
 *
 * @param blockCacheBytes heap for blocks and indexes of packs
 * @param indexThreads    threads that resolve the deltas of received packs, all pushes together
 */
public record JGitSettings(long blockCacheBytes, int indexThreads) {
    public JGitSettings {
        if (blockCacheBytes < 1 << 20 || indexThreads < 1) {
            throw new IllegalArgumentException("block cache of at least 1 MiB and one thread are needed: "
                + blockCacheBytes + " bytes, " + indexThreads + " threads");
        }
    }

    /** A quarter of the heap, at most 4 GiB; a thread for each processor. */
    public static JGitSettings forThisMachine() {
        Runtime machine = Runtime.getRuntime();
        long cache = Math.clamp(machine.maxMemory() / 4, 16L << 20, 4L << 30);
        return new JGitSettings(cache, machine.availableProcessors());
    }
}
