package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * The pack files of one node, {@code ROOT/ab/REPOID/pack-NAME.{pack,idx,bitmap}} where ab are the first two digits of
 * the repository id: standard files that C Git can read. Called by many threads.
 */
public final class PackFiles {
    private final Path root;
    private final PackListing listing;

    private PackFiles(Path root, PackListing listing) {
        this.root = root;
        this.listing = listing;
    }

    /**
     * Opens the objects directory of a node, creating it where it does not exist.
     *
     * @param root    the directory
     * @param listing which packs the node's durable state lists
     */
    public static PackFiles open(Path root, PackListing listing) throws IOException {
        return new PackFiles(root, listing);
    }

    /** Path of a pack file; it need not exist. */
    public Path pack(RepoId repo, PackName name) {
        throw new UnsupportedOperationException();
    }

    /** Path of a pack's index; it need not exist. */
    public Path index(RepoId repo, PackName name) {
        throw new UnsupportedOperationException();
    }

    /** Whether both the pack and its index are there. */
    public boolean has(RepoId repo, PackName name) {
        throw new UnsupportedOperationException();
    }

    /** What lies on disk under that name; fails with {@link java.nio.file.NoSuchFileException} if nothing does. */
    public StoredPack describe(RepoId repo, PackName name) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Names of all packs of a repository that lie on disk with their index, listed or not; in order of name. */
    public List<PackName> list(RepoId repo) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Keeps the packs' files until the pin is closed; they need not be listed, and need not exist yet. */
    public PackPin pin(RepoId repo, Collection<PackName> packs) {
        throw new UnsupportedOperationException();
    }

    /** Begins to receive a finished pack and its index from a peer. */
    public IncomingPack receive(RepoId repo) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Removes those of the packs that nothing pins and nothing lists; a pinned one is looked at again when its last pin
     * is closed. Call it after a batch took packs off the list.
     */
    public void reap(RepoId repo, Collection<PackName> packs) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Removes a repository's directory with all that is in it; nothing may list or pin any of its packs. */
    public void deleteRepository(RepoId repo) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Removes what a crash left behind: temporary files, and packs that nothing lists. Call it once, at start, before
     * anything else is opened.
     *
     * @return how many files were removed
     */
    public int sweep() throws IOException {
        throw new UnsupportedOperationException();
    }
}
