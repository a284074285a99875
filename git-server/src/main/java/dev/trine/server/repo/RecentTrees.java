package dev.trine.server.repo;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jgit.lib.ObjectId;

/** Trees that were read last: the tree of a commit is read again for each of its children. Used by one thread. */
final class RecentTrees {
    private final long bytesMax;
    private final Map<ObjectId, byte[]> trees = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    RecentTrees(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Reads a tree. */
    interface Source {
        byte[] read(ObjectId tree) throws IOException;
    }

    byte[] get(ObjectId tree, Source source) throws IOException {
        byte[] known = trees.get(tree);
        if (known != null) {
            return known;
        }
        byte[] read = source.read(tree);
        trees.put(tree, read);
        bytes += read.length;
        Iterator<byte[]> eldest = trees.values().iterator();
        while (bytes > bytesMax && eldest.hasNext()) {
            bytes -= eldest.next().length;
            eldest.remove();
        }
        return read;
    }
}
