package dev.trine.server.upload;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.common.model.RepoId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * Writes objects as entries of a pack that build on no other. To read one that is stored as a delta takes its whole
 * chain, and states of a history that are cloned one after the other share most of these objects, so the entries are
 * kept for a while. Used by one thread.
 */
final class WholeEntries implements AutoCloseable {
    private final ObjectReader reader;
    private final Known known;
    private final RepoId repository;
    private final Deflater deflater = new Deflater();

    WholeEntries(ObjectReader reader, Known known, RepoId repository) {
        this.reader = reader;
        this.known = known;
        this.repository = repository;
    }

    /** Keeps entries that were written lately. Called by many threads. */
    static final class Known {
        /** What part of the heap they may take. */
        private static final int HEAP_SHARE = 32;
        /** Greater ones are cheap to read for their size, or not deltas at all. */
        private static final int OBJECT_BYTES_MAX = 64 << 10;
        private static final int OVERHEAD_BYTES = 150;

        private final Cache<Name, byte[]> known = Caffeine.newBuilder()
            .maximumWeight(Runtime.getRuntime().maxMemory() / HEAP_SHARE)
            .weigher((Name name, byte[] entry) -> entry.length + OVERHEAD_BYTES).build();

        /** Repositories share nothing: what one holds under a name is not taken for what another one holds. */
        private record Name(RepoId repository, ObjectId object) {
        }
    }

    /** Writes an object. */
    void write(ObjectId id, OutputStream out) throws IOException {
        Known.Name name = new Known.Name(repository, id.copy());
        byte[] entry = known.known.getIfPresent(name);
        if (entry != null) {
            out.write(entry);
            return;
        }
        ObjectLoader object = reader.open(id);
        if (object.getSize() > Known.OBJECT_BYTES_MAX) {
            write(object, out);
            return;
        }
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        write(object, made);
        known.known.put(name, made.toByteArray());
        made.writeTo(out);
    }

    private void write(ObjectLoader object, OutputStream out) throws IOException {
        long rest = object.getSize();
        int first = object.getType() << 4 | (int) (rest & 0xf);
        for (rest >>= 4; rest != 0; rest >>= 7) {
            out.write(first | 0x80);
            first = (int) (rest & 0x7f);
        }
        out.write(first);
        deflater.reset();
        DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater);
        object.copyTo(deflated);
        deflated.finish();
    }

    @Override
    public void close() {
        deflater.end();
    }
}
