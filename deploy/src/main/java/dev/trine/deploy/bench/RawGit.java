package dev.trine.deploy.bench;

import java.io.IOException;
import java.util.List;

/**
 * Speaks Git's protocol to a host without a client's own work: packs are read and dropped, small pushes are made in
 * memory. So what is measured is the server side. Used by many threads.
 *
 * @see <a href="https://git-scm.com/docs/protocol-v2">gitprotocol-v2</a>
 */
interface RawGit extends AutoCloseable {
    /**
     * Asks for the refs that are wanted, then for a pack with them.
     *
     * @return bytes of the pack
     */
    long fetch(String url, FetchRequest request) throws IOException, InterruptedException;

    /**
     * Lists refs.
     *
     * @param prefixes of names; empty: all refs
     * @return bytes of the list
     */
    long list(String url, List<String> prefixes) throws IOException, InterruptedException;

    /** Reads the ref advertisement, then creates or moves one branch. */
    void push(String url, RefMove move) throws IOException, InterruptedException;

    @Override
    void close();
}
