package dev.trine.server.store;

import dev.trine.common.config.ByteSize;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's directory, locked for this process:
 * <pre>
 *   format                 version of this layout, and whose it is
 *   lock                   locked while a process uses the directory
 *   native/                RocksDB's native library, unpacked at each start
 *   scrub                  {@link ScrubLog}
 *   rocksdb/               {@link ReplicaStore}
 *   objects/incarnation    the same incarnation as in the database: both halves belong together
 *   objects/ab/REPO/       the repository's pack files, ab its first two digits
 *   pack-cache/            packs of fetches, worth nothing after a restart
 *   archive-cache/         archives and large files that were downloaded, just as much
 * </pre>
 * One half without the other, or halves of two disks, would let the node forget promises that it gave: such a directory
 * is refused, and the node must come back as a new, empty member.
 */
public final class DataDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    private final Path dir;
    private final Member member;
    private final ReplicaStore replicas;
    private final DiskHistory history;
    private final Closer closer;

    private DataDirectory(Path dir, Member member, ReplicaStore replicas, DiskHistory history, Closer closer) {
        this.history = history;
        this.dir = dir;
        this.member = member;
        this.replicas = replicas;
        this.closer = closer;
    }

    /**
     * Opens a node's directory; formats it if it is empty or missing, and removes what a crash left behind.
     *
     * @param fatal told if the store fails later
     * @throws StartException in use, of a newer release, of another node, damaged, or the disk is too full
     */
    public static DataDirectory open(Settings settings, NodeId node, Clock clock, FatalHandler fatal)
        throws StartException {
        Path dir = settings.dir().toAbsolutePath().normalize();
        Closer closer = new Closer();
        try {
            DirectoryFormat.create(dir);
            closer.open(DirectoryLock.take(dir));
            DirectoryFormat format = new DirectoryFormat(dir);
            boolean fresh = format.check(node);
            checkFreeSpace(dir, settings.diskFreeMin());
            Incarnation incarnation = fresh ? format.begin() : format.incarnationOfObjects();
            NativeLibrary.load(dir);
            SyncedMark mark = closer.open(format.openMark(fresh));
            Database database = closer.open(openDatabase(dir, format, fresh, settings.cache(), fatal));
            RocksReplicaStore replicas = new RocksReplicaStore(database, settings.receipts(), clock);
            if (fresh) {
                replicas.format(incarnation);
                format.finish(node);
                LOG.atInfo().addKeyValue("dir", dir).addKeyValue("incarnation", incarnation).log("formatted");
            }
            format.checkSame(incarnation, replicas.incarnation());
            format.checkHolds(mark, database.lastSequence());
            mark.raise(database.lastSequence());
            database.tell(mark::raise);
            DiskHistory history = new DiskHistory(database, format.incarnation(), mark::durable, fatal);
            replicas.tell(history::addTo);
            if (fresh || format.isOlder()) {
                history.settle();
            }
            replicas.deleteDoomedSpaces();
            if (format.isOlder()) {
                LOG.atInfo().addKeyValue("dir", dir).addKeyValue("replicas", new Migration(database).fromFormat1())
                    .log("brought to the present data format");
                format.bringUp(node);
            }
            return new DataDirectory(dir, new Member(node, incarnation), replicas, history, closer);
        } catch (StartException e) {
            throw closing(closer, e);
        } catch (StoreException e) {
            throw closing(closer, damaged(dir, e));
        } catch (IOException | UncheckedIOException e) {
            throw closing(closer, new StartException("the data directory " + dir + " cannot be opened: " + e, e));
        }
    }

    private static StartException damaged(Path dir, Exception why) {
        String fact = why.getCause() == null ? why.getMessage() : why.getCause().getMessage();
        return new StartException("the database in " + dir + " cannot be opened (" + fact + "): if the disk is damaged,"
            + " move the directory aside and start with an empty one, then replace the node's replicas", why);
    }

    private static Database openDatabase(Path dir, DirectoryFormat format, boolean fresh, ByteSize cache,
                                         FatalHandler fatal) throws IOException, StartException {
        if (!fresh && !Files.isDirectory(format.database())) {
            throw format.lost("its database " + format.database() + " is missing");
        }
        try {
            return Database.open(format.database(), fresh, cache.bytes(), fatal);
        } catch (RocksDBException e) {
            throw damaged(dir, e);
        }
    }

    private static void checkFreeSpace(Path dir, ByteSize min) throws IOException, StartException {
        long free = Files.getFileStore(dir).getUsableSpace();
        if (free < min.bytes()) {
            throw new StartException("only " + new ByteSize(free >> 20 << 20) + " are free for " + dir + ", at least "
                + min + " are needed: make room or lower data.disk-free-min");
        }
    }

    private static StartException closing(Closer closer, StartException failure) {
        try {
            closer.close();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /** Who this disk is. */
    public Member member() {
        return member;
    }

    /** State, log, refs and pack sets of the node's replicas. */
    public ReplicaStore replicas() {
        return replicas;
    }

    /** What tells this disk from an older copy of itself. */
    public DiskHistory history() {
        return history;
    }

    /** How far the verification of the pack files is. */
    public ScrubLog scrubLog() {
        return new ScrubLog(dir.resolve("scrub"));
    }

    /** Root of the pack files. */
    public Path objects() {
        return dir.resolve(DirectoryFormat.OBJECTS);
    }

    /** Where packs of fetches are kept while the process lives. */
    public Path packCache() {
        return dir.resolve("pack-cache");
    }

    /** Where archives and large files are kept while the process lives. */
    public Path archiveCache() {
        return dir.resolve("archive-cache");
    }

    /** Bytes that the file system has left for this process. */
    public long freeBytes() throws IOException {
        return Files.getFileStore(dir).getUsableSpace();
    }

    @Override
    public void close() throws Exception {
        closer.close();
    }

    /**
     * Where the directory is and what it may use.
     *
     * @param dir         the directory; made if missing
     * @param diskFreeMin a node does not start with less free space
     * @param cache       size of the cache of database blocks
     * @param receipts    which receipts are kept
     */
    public record Settings(Path dir, ByteSize diskFreeMin, ByteSize cache, ReceiptRule receipts) {
        /** With the usual rule for receipts. */
        public Settings(Path dir, ByteSize diskFreeMin, ByteSize cache) {
            this(dir, diskFreeMin, cache, ReceiptRule.DEFAULT);
        }
    }
}
