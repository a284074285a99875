package dev.trine.common.audit;

import dev.trine.common.lifecycle.StartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one audit, as one process writes them. A line is in its file whole or, after a failure, is taken out
 * again before the next one is written. Used by one thread at a time.
 */
final class AuditWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);
    private static final Set<OpenOption> ADDING = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);

    private final Path directory;
    private final AuditSettings settings;
    private final AuditJson json;
    private final FileChannel lock;
    private final List<String> findings;
    private final Deque<AuditEvent> notes = new ArrayDeque<>(); // to be written before the next event
    private ChainLink last;
    private @Nullable FileChannel file;
    private LocalDate day = LocalDate.EPOCH;
    private long length;
    private boolean unsynced;

    private AuditWriter(Path directory, AuditSettings settings, AuditJson json, FileChannel lock, LeftBehind left)
        throws IOException {
        this.directory = directory;
        this.settings = settings;
        this.json = json;
        this.lock = lock;
        this.findings = left.findings();
        this.last = left.last();
        if (left.open().isPresent()) {
            LeftBehind.Open open = left.open().get();
            file = FileChannel.open(open.file().path(), StandardOpenOption.WRITE);
            day = open.file().day();
            length = open.length();
        }
    }

    /** Goes on in a directory, which is made if it is missing. */
    static AuditWriter open(Path directory, AuditSettings settings, String service, Instant now)
        throws StartException {
        try {
            Files.createDirectories(directory, only("rwx------"));
            FileChannel lock = FileChannel.open(directory.resolve("lock"), ADDING, only("rw-------"));
            try {
                requireAlone(lock, directory);
                return new AuditWriter(directory, settings, new AuditJson(service), lock,
                    LeftBehind.in(directory, now));
            } catch (IOException | StartException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StartException("audit.dir " + directory + " cannot be used: " + e
                + "; make room or choose another", e);
        }
    }

    private static void requireAlone(FileChannel lock, Path directory) throws IOException, StartException {
        FileLock held;
        try {
            held = lock.tryLock();
        } catch (OverlappingFileLockException e) {
            held = null;
        }
        if (held == null) {
            throw new StartException("audit.dir " + directory + " is in use by another service; each has its own:"
                + " stop that one, or choose another directory");
        }
    }

    /** What makes a new file or directory its owner's alone, where the system can. */
    static FileAttribute<?>[] only(String owner) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(owner))}
            : new FileAttribute<?>[0];
    }

    /** What was amiss when it was opened, in sentences. */
    List<String> findings() {
        return findings;
    }

    /** The newest line. */
    ChainLink last() {
        return last;
    }

    /** Whether something was written since {@link #sync}. */
    boolean isUnsynced() {
        return unsynced;
    }

    /**
     * Writes one line, in a new file if it is time for one; before it, what the audit has to say of itself. What fails
     * leaves no part of a line.
     */
    void append(Instant at, AuditEvent event) throws IOException {
        LocalDate today = LocalDate.ofInstant(at, ZoneOffset.UTC);
        if (file == null || length >= settings.fileMax().bytes() || today.isAfter(day)) {
            begin(today, at);
        }
        while (!notes.isEmpty()) {
            add(at, notes.getFirst());
            notes.removeFirst();
        }
        add(at, event);
    }

    private void add(Instant at, AuditEvent event) throws IOException {
        ChainedLine.Sealed line = ChainedLine.seal(last, json.fields(at, event));
        ByteBuffer bytes = ByteBuffer.allocate(line.bytes().length + 1).put(line.bytes()).put((byte) '\n').flip();
        FileChannel to = open();
        unsynced = true;
        if (to.size() != length) {
            to.truncate(length); // what an earlier try left
        }
        long position = length;
        while (bytes.hasRemaining()) {
            position += to.write(bytes, position);
        }
        length = position;
        last = line.link();
    }

    /** Returns when all that was written is on disk. */
    void sync() throws IOException {
        if (unsynced) {
            open().force(false);
            unsynced = false;
        }
    }

    private void begin(LocalDate today, Instant now) throws IOException {
        sync();
        notes.addAll(OldFiles.in(directory, settings, now).remove());
        AuditFile next = AuditFile.in(directory, today, last.seq() + 1);
        FileChannel begun = FileChannel.open(next.path(), ADDING, only("rw-------"));
        if (file != null) {
            file.close();
        }
        file = begun;
        day = today;
        length = 0;
        syncDirectory();
        LOG.atInfo().addKeyValue("file", next.path()).addKeyValue("lines", last.seq())
            .addKeyValue("hash", last.hash()).log("an audit file begins; all before it ends with this line and hash");
    }

    private void syncDirectory() throws IOException {
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    private FileChannel open() {
        if (file == null) {
            throw new IllegalStateException("nothing was written yet");
        }
        return file;
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            if (file != null) {
                sync();
                file.close();
            }
        }
    }
}
