package dev.trine.server.repo;

import dev.trine.server.sha1.ParallelSha1;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectChecker.ErrorType;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.util.sha1.SHA1;
import org.eclipse.jgit.util.sha1.Sha1CollisionException;

/**
 * Where every object of a received pack passes once it is inflated: names it, checks its form, notes what it links to,
 * and compares it with an object of that name that we have. Objects are named many at a time, so an object's name comes
 * some objects later. Used by one thread.
 */
final class ObjectIntake implements AutoCloseable {
    /** Greatest size of a commit, tree or tag, in bytes: they are held in memory as a whole. */
    static final int STRUCTURED_BYTES_MAX = 64 << 20;

    /** Larger objects are named alone: one that is left when all others are finished would keep a lane for long. */
    private static final int NAMED_TOGETHER_BYTES_MAX = 1 << 20;
    /** Objects that wait for their names take no more room than this, and one object more. */
    private static final int WAITING_BYTES_MAX = 4 << 20;
    /** So few objects are named one after the other: a step of all lanes costs the same however few are in use. */
    private static final int NAMED_TOGETHER_MIN = 6;
    private static final int PART_BYTES = 1 << 13;

    /**
     * Flaws that real histories have and that C Git, which checks nothing by default, lets through. What remains is
     * refused: objects that cannot be parsed, and tree entries that would write outside of a work tree.
     */
    private static final Set<ErrorType> TOLERATED = EnumSet.of(ErrorType.NULL_SHA1, ErrorType.DUPLICATE_ENTRIES,
        ErrorType.TREE_NOT_SORTED, ErrorType.ZERO_PADDED_FILEMODE, ErrorType.MISSING_AUTHOR,
        ErrorType.MISSING_COMMITTER, ErrorType.MISSING_TAG_ENTRY, ErrorType.BAD_DATE, ErrorType.BAD_EMAIL,
        ErrorType.BAD_TIMEZONE, ErrorType.MISSING_EMAIL, ErrorType.MISSING_SPACE_BEFORE_DATE, ErrorType.BAD_UTF8,
        ErrorType.WIN32_BAD_NAME);

    private final ObjectChecker checker = new ObjectChecker();
    private final SHA1 digest = SHA1.newInstance().setDetectCollision(true);
    private final ParallelSha1<Waiting> digests = new ParallelSha1<>();
    private final LinkSet links;
    private final ObjectReader base;
    private long waitingBytes;

    /**
     * Opens a reader.
     *
     * @param base  objects that we have
     * @param links gets what the objects link to
     */
    ObjectIntake(Repository base, LinkSet links) {
        this.links = links;
        this.base = base.newObjectReader();
        checker.setIgnore(TOLERATED);
    }

    /** Told the raw name of an object. */
    interface Named {
        void as(byte[] name) throws IOException, UnusablePackException;
    }

    private record Waiting(int type, ByteBuffer data, Named named) {
    }

    /**
     * Takes an object that is wholly there. The buffer's position and limit stay; its bytes must not change before the
     * name is told, now, in later calls, or in {@link #finish}.
     */
    void take(int type, ByteBuffer data, Named named) throws IOException, UnusablePackException {
        Waiting object = new Waiting(type, data, named);
        if (data.remaining() > NAMED_TOGETHER_BYTES_MAX) {
            named(object, nameAlone(object));
            return;
        }
        while (digests.running() == ParallelSha1.MESSAGES_MAX || waitingBytes > WAITING_BYTES_MAX) {
            step();
        }
        waitingBytes += data.remaining();
        digests.add(header(type, data.remaining()), data, object);
    }

    /** Names all objects that were taken and have no name yet. */
    void finish() throws IOException, UnusablePackException {
        while (digests.running() >= NAMED_TOGETHER_MIN) {
            step();
        }
        waitingBytes = 0;
        for (Waiting object : digests.abandon()) {
            named(object, nameAlone(object));
        }
    }

    private void step() throws IOException, UnusablePackException {
        digests.step();
        for (var next = digests.poll(); next.isPresent(); next = digests.poll()) {
            if (next.get().collision()) {
                throw crafted();
            }
            waitingBytes -= next.get().what().data.remaining();
            named(next.get().what(), next.get().digest());
        }
    }

    private byte[] nameAlone(Waiting object) throws UnusablePackException {
        begin(object.type, object.data.remaining());
        hash(object.data.duplicate());
        return end();
    }

    private void named(Waiting object, byte[] name) throws IOException, UnusablePackException {
        if (object.type != Constants.OBJ_BLOB) {
            byte[] bytes = bytesOf(object.data);
            check(object.type, bytes, name);
            noteLinks(object.type, bytes, name);
        }
        ObjectId id = ObjectId.fromRaw(name);
        if (base.has(id)) {
            compare(id, object.type, new ByteBufferStream(object.data.duplicate()), object.data.remaining());
        }
        object.named.as(name);
    }

    private void hash(ByteBuffer data) {
        if (data.hasArray()) {
            digest.update(data.array(), data.arrayOffset() + data.position(), data.remaining());
            return;
        }
        byte[] part = new byte[Math.min(data.remaining(), PART_BYTES)];
        while (data.hasRemaining()) {
            int length = Math.min(data.remaining(), part.length);
            data.get(part, 0, length);
            digest.update(part, 0, length);
        }
    }

    /** Begins to name an object that comes in pieces, for {@link #piece} and {@link #end}. */
    void begin(int type, long size) {
        digest.reset();
        digest.update(header(type, size));
    }

    /** What stands before an object's bytes when it is named. */
    private static byte[] header(int type, long size) {
        return (Constants.typeString(type) + ' ' + size + '\0').getBytes(StandardCharsets.US_ASCII);
    }

    void piece(byte[] bytes, int length) {
        digest.update(bytes, 0, length);
    }

    /** Name of the object whose last piece has come; it still has to be compared, see {@link #mustBeCompared}. */
    byte[] end() throws UnusablePackException {
        try {
            return digest.digest();
        } catch (Sha1CollisionException crafted) {
            throw crafted();
        }
    }

    private static UnusablePackException crafted() {
        return new UnusablePackException("an object was made to have the same SHA-1 name as another one, which is"
            + " how attacks on repositories look; remove it from the history");
    }

    /** Whether we have an object of that name. */
    boolean mustBeCompared(ObjectId id) throws IOException {
        return base.has(id);
    }

    private static byte[] bytesOf(ByteBuffer data) throws UnusablePackException {
        if (data.remaining() > STRUCTURED_BYTES_MAX) {
            throw new UnusablePackException("a commit, tree or tag is larger than the limit of " + STRUCTURED_BYTES_MAX
                + " bytes");
        }
        if (data.hasArray() && data.arrayOffset() == 0 && data.array().length == data.remaining()) {
            return data.array();
        }
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }

    private void check(int type, byte[] bytes, byte[] name) throws UnusablePackException {
        try {
            checker.check(ObjectId.fromRaw(name), type, bytes);
        } catch (CorruptObjectException e) {
            throw new UnusablePackException("object " + ObjectId.fromRaw(name).name() + " is malformed: "
                + e.getMessage());
        }
    }

    private void noteLinks(int type, byte[] bytes, byte[] name) throws UnusablePackException {
        if (links.isUseless()) {
            return;
        }
        try {
            ObjectLinks.visit(type, bytes, (raw, offset, linkedType) -> links.add(raw, offset, linkedType));
        } catch (CorruptObjectException e) {
            throw new UnusablePackException("object " + ObjectId.fromRaw(name).name() + " is malformed: "
                + e.getMessage());
        }
    }

    /**
     * Compares an object of the pack with the one of that name that we have: they differ only if somebody made SHA-1
     * collide.
     */
    void compare(ObjectId id, int type, InputStream content, long size) throws IOException, UnusablePackException {
        ObjectLoader ours = base.open(id);
        boolean same = ours.getType() == type && ours.getSize() == size;
        if (same) {
            try (InputStream mine = ours.openStream()) {
                same = sameBytes(mine, content);
            }
        }
        if (!same) {
            throw new UnusablePackException("object " + id.name() + " differs from the one of that name that is here");
        }
    }

    private static boolean sameBytes(InputStream a, InputStream b) throws IOException {
        byte[] left = new byte[1 << 13];
        byte[] right = new byte[1 << 13];
        while (true) {
            int n = a.readNBytes(left, 0, left.length);
            int m = b.readNBytes(right, 0, right.length);
            if (n != m || !Arrays.equals(left, 0, n, right, 0, m)) {
                return false;
            }
            if (n < left.length) {
                return true;
            }
        }
    }

    @Override
    public void close() {
        base.close();
    }

    /** Reads a buffer. */
    private static final class ByteBufferStream extends InputStream {
        private final ByteBuffer bytes;

        ByteBufferStream(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return bytes.hasRemaining() ? bytes.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (!bytes.hasRemaining()) {
                return -1;
            }
            int n = Math.min(length, bytes.remaining());
            bytes.get(into, offset, n);
            return n;
        }
    }
}
