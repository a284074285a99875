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
    private int resolved;

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

    /** An object that others stand on or that has no name yet; its room is given back when it is neither. */
    private static final class Held {
        private final int type;
        private final ByteBuffer data;
        private final int depth;
        private int holders;

        Held(int type, ByteBuffer data, int depth) {
            this.type = type;
            this.data = data;
            this.depth = depth;
        }
    }

    /** An object, and the deltas against it that are still to be resolved. */
    private static final class Frame {
        private final Held base;
        private int nextChild;

        Frame(Held base, int nextChild) {
            this.base = base;
            this.nextChild = nextChild;
        }
    }

    /** Resolves what stands on an entry that is stored whole; the names of some come later. */
    void resolveTree(int root) throws IOException, UnusablePackException {
        int byOffset = entries.claimChildrenByOffset(root);
        int byName = entries.claimChildrenByName(root);
        if (byOffset != PackEntries.NONE || byName != PackEntries.NONE) {
            Held held = new Held(entries.type(root), read(root), 0);
            push(held, byOffset);
            push(held, byName);
            walk();
        }
    }

    /**
     * Names all that was resolved, and resolves what stands on those names.
     *
     * @return how many deltas this has resolved in all
     */
    int finish() throws IOException, UnusablePackException {
        intake.finish();
        while (!path.isEmpty()) {
            walk();
            intake.finish();
        }
        return resolved;
    }

    /** Deltas resolved and named so far. */
    int resolved() {
        return resolved;
    }

    private void push(Held base, int firstChild) {
        if (firstChild != PackEntries.NONE) {
            base.holders++;
            path.push(new Frame(base, firstChild));
        }
    }

    private void letGo(Held object) {
        object.holders--;
        if (object.holders == 0) {
            scratch.release(object.data);
        }
    }

    private void walk() throws IOException, UnusablePackException {
        while (!path.isEmpty()) {
            Frame frame = path.peek();
            Held base = frame.base;
            int entry = frame.nextChild;
            frame.nextChild = entries.nextSibling(entry);
            if (base.depth == limits.deltaDepthMax()) {
                throw new UnusablePackException("a chain of deltas is longer than the limit of " + base.depth
                    + " (objects.delta-depth-max); repack with a smaller --depth, then push again");
            }
            Held object = new Held(base.type, applyDelta(entry, base.data), base.depth + 1);
            if (frame.nextChild == PackEntries.NONE) {
                path.pop();
                letGo(base);
            }
            push(object, entries.claimChildrenByOffset(entry));
            object.holders++;
            intake.take(object.type, object.data, name -> named(entry, object, name));
        }
    }

    private void named(int entry, Held object, byte[] name) {
        entries.resolve(entry, object.type, name);
        resolved++;
        push(object, entries.claimChildrenByName(entry));
        letGo(object);
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
                + Math.min(limits.objectBytesMax(), Integer.MAX_VALUE - 8)
                + " for objects stored as deltas (objects.object-max); remove it from the history");
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
