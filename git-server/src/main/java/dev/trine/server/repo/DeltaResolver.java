package dev.trine.server.repo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.eclipse.jgit.lib.Repository;

/**
 * Turns the deltas of a scanned pack into objects: takes a base that is stored whole, and walks down the tree of deltas
 * that stand on it, keeping only what a sibling still needs. Used by one thread, each thread with trees of its own.
 */
final class DeltaResolver implements AutoCloseable {
    private final PackEntries entries;
    private final PackLimits limits;
    private final Scratch.Lease scratch;
    private final PackEntryReader reader;
    private final ObjectIntake intake;
    private final Deque<Frame> path = new ArrayDeque<>();

    /** What all threads that work on one pack share. */
    record Pack(PackEntries entries, Path file, FileChannel channel, Repository base, LinkSet links) {
    }

    DeltaResolver(Pack pack, PackLimits limits, Scratch scratch) {
        this.entries = pack.entries;
        this.limits = limits;
        this.scratch = scratch.lease(pack.file);
        this.reader = new PackEntryReader(pack.channel);
        this.intake = new ObjectIntake(pack.base, pack.links);
    }

    /** An object on the path from a base to the delta that is being resolved. */
    private static final class Frame {
        private final ByteBuffer data;
        private final int depth;
        private int nextChild;

        Frame(ByteBuffer data, int depth, int nextChild) {
            this.data = data;
            this.depth = depth;
            this.nextChild = nextChild;
        }
    }

    /**
     * Resolves all that stands on an entry that is stored whole.
     *
     * @return how many deltas that were
     */
    int resolveTree(int root) throws IOException, UnusablePackException {
        int firstChild = entries.claimChildren(root);
        if (firstChild == PackEntries.NONE) {
            return 0;
        }
        int resolved = 0;
        int type = entries.type(root);
        path.push(new Frame(read(root), 0, firstChild));
        while (!path.isEmpty()) {
            Frame base = path.peek();
            int entry = base.nextChild;
            base.nextChild = entries.nextSibling(entry);
            if (base.depth == limits.deltaDepthMax()) {
                throw new UnusablePackException("a chain of deltas is longer than the limit of " + base.depth);
            }
            ByteBuffer object = applyDelta(entry, base.data);
            if (base.nextChild == PackEntries.NONE) {
                scratch.release(base.data);
                path.pop();
            }
            entries.resolve(entry, type, intake.take(type, object));
            resolved++;
            int grandchild = entries.claimChildren(entry);
            if (grandchild == PackEntries.NONE) {
                scratch.release(object);
            } else {
                path.push(new Frame(object, base.depth + 1, grandchild));
            }
        }
        return resolved;
    }

    private ByteBuffer read(int entry) throws IOException, UnusablePackException {
        reader.seek(entries.offset(entry));
        return inflate();
    }

    private ByteBuffer inflate() throws IOException, UnusablePackException {
        ByteBuffer room = scratch.allocate(sizeInMemory(reader.size()));
        reader.inflate(room);
        return room.flip();
    }

    private ByteBuffer applyDelta(int entry, ByteBuffer base) throws IOException, UnusablePackException {
        reader.seek(entries.offset(entry));
        ByteBuffer delta = inflate();
        try {
            if (Delta.baseSize(delta) != base.limit()) {
                throw new UnusablePackException("the delta at byte " + entries.offset(entry) + " is for another base");
            }
            ByteBuffer result = scratch.allocate(sizeInMemory(Delta.resultSize(delta)));
            Delta.apply(delta, base, result);
            return result.flip();
        } finally {
            scratch.release(delta);
        }
    }

    private int sizeInMemory(long size) throws UnusablePackException {
        if (size > limits.objectBytesMax() || size > Integer.MAX_VALUE - 8) {
            throw new UnusablePackException("an object of " + size + " bytes is over the limit of "
                + Math.min(limits.objectBytesMax(), Integer.MAX_VALUE - 8) + " for objects stored as deltas");
        }
        return (int) size;
    }

    /** Compares a large blob in the pack with the object of that name that we have. */
    void compare(int entry) throws IOException, UnusablePackException {
        reader.seek(entries.offset(entry));
        intake.compare(entries.name(entry), entries.type(entry), reader.stream(), reader.size());
    }

    @Override
    public void close() {
        scratch.close();
        reader.close();
        intake.close();
    }
}
