package dev.trine.server.store;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that say what a data directory is. Formatting writes {@code formatting} first and {@code format} last, so
 * a directory that has the first but not the last never served anybody and is formatted anew.
 */
final class DirectoryFormat {
    static final String OBJECTS = "objects";

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryFormat.class);

    private static final int VERSION = 2;
    private static final String FORMAT = "format";
    private static final String FORMATTING = "formatting";
    private static final String DATABASE = "rocksdb";
    private static final String INCARNATION = "incarnation";
    private static final String TEMPORARY = ".tmp";
    private static final Set<String> BEFORE_FORMATTING = Set.of(DirectoryLock.FILE, FORMATTING + TEMPORARY);
    private static final Set<String> WHILE_FORMATTING = Set.of(DirectoryLock.FILE, FORMATTING, FORMATTING + TEMPORARY,
        FORMAT + TEMPORARY, DATABASE, OBJECTS, NativeLibrary.DIRECTORY, SyncedMark.FILE);

    private final Path dir;
    private boolean older;

    DirectoryFormat(Path dir) {
        this.dir = dir;
    }

    /**
     * Makes what is missing of a directory and its parents, and syncs it and the way to it: an earlier process may have
     * made them and died before that. A parent that may not be read was made by somebody else.
     */
    static void create(Path dir) throws IOException {
        Files.createDirectories(dir);
        Path above = dir;
        try {
            while (above != null && Files.getFileStore(above).equals(Files.getFileStore(dir))) {
                sync(above);
                above = above.getParent();
            }
        } catch (AccessDeniedException e) {
            LOG.atDebug().addKeyValue("dir", above).log("not ours to sync");
        }
    }

    Path database() {
        return dir.resolve(DATABASE);
    }

    Path objects() {
        return dir.resolve(OBJECTS);
    }

    /** Whether the directory is yet to be formatted; refuses one that is not this node's and this release's. */
    boolean check(NodeId node) throws IOException, StartException {
        if (Files.exists(dir.resolve(FORMAT))) {
            checkFormat(Files.readAllLines(dir.resolve(FORMAT)), node);
            return false;
        }
        Set<String> found = names();
        if (BEFORE_FORMATTING.containsAll(found)
            || found.contains(FORMATTING) && WHILE_FORMATTING.containsAll(found)) {
            return true;
        }
        throw new StartException("the directory " + dir + " is neither empty nor a data directory of a git server:"
            + " choose another one (data.dir)");
    }

    private void checkFormat(List<String> lines, NodeId node) throws StartException {
        if (lines.size() < 2 || !lines.get(0).matches("trine git-server [0-9]{1,9}")
            || !lines.get(1).startsWith("node ")) {
            throw new StartException("the file " + dir.resolve(FORMAT) + " does not name a data format: it is damaged,"
                + " or the directory is not a git server's");
        }
        int version = Integer.parseInt(lines.get(0).substring("trine git-server ".length()));
        if (version > VERSION) {
            throw new StartException("the data directory " + dir + " has format " + version
                + ", this release knows formats up to " + VERSION + ": start the newer release that wrote it");
        }
        older = version < VERSION;
        String owner = lines.get(1).substring("node ".length());
        if (!owner.equals(node.value())) {
            throw new StartException("the data directory " + dir + " belongs to node " + owner + ", not to "
                + node + ": set the right data.dir or node name");
        }
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    /** Starts to format: makes a new incarnation and gives it to the object directory. */
    Incarnation begin() throws IOException {
        write(dir.resolve(FORMATTING), "");
        deleteTree(database());
        deleteTree(objects());
        Files.createDirectories(objects());
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        Incarnation incarnation = new Incarnation(HexFormat.of().formatHex(random));
        write(objects().resolve(INCARNATION), incarnation.value() + "\n");
        return incarnation;
    }

    /** Whether {@link #check} found a directory of an older format. */
    boolean isOlder() {
        return older;
    }

    /** What an older format lacked is durable: from now on the directory has the present one. */
    void bringUp(NodeId node) throws IOException {
        write(dir.resolve(FORMAT), "trine git-server " + VERSION + "\nnode " + node + "\n");
    }

    /** Ends formatting: from now on the directory is this node's. */
    void finish(NodeId node) throws IOException {
        bringUp(node);
        Files.delete(dir.resolve(FORMATTING));
        sync(dir);
    }

    Incarnation incarnationOfObjects() throws IOException, StartException {
        try {
            return new Incarnation(Files.readString(objects().resolve(INCARNATION)).strip());
        } catch (NoSuchFileException e) {
            throw lost("its object directory " + objects() + " is missing or empty");
        } catch (IllegalArgumentException e) {
            throw lost("the file " + objects().resolve(INCARNATION) + " is damaged");
        }
    }

    void checkSame(Incarnation ofObjects, Optional<Incarnation> ofDatabase) throws StartException {
        if (ofDatabase.isEmpty()) {
            throw lost("its database is empty");
        }
        if (!ofObjects.equals(ofDatabase.get())) {
            throw lost("its objects are of disk " + ofObjects + " and its database is of disk " + ofDatabase.get());
        }
    }

    /** A file that is written once, when the directory is formatted. */
    Path incarnation() {
        return objects().resolve(INCARNATION);
    }

    /** Where it is noted what the database must hold. */
    Path mark() {
        return dir.resolve(SyncedMark.FILE);
    }

    /** Opens the note of what the database must hold; a new directory, or one of format 1, has none yet. */
    SyncedMark openMark(boolean fresh) throws IOException, StartException {
        if (fresh || older) {
            SyncedMark.create(mark(), 0);
            sync(dir);
        }
        return SyncedMark.open(mark()).orElseThrow(() -> lost("its file " + mark() + " is missing or damaged, so that"
            + " nobody can tell whether the database still holds what was acknowledged"));
    }

    /**
     * Whether the database holds what was acknowledged.
     *
     * @param last the last write that it knows of
     */
    void checkHolds(SyncedMark mark, long last) throws StartException {
        if (last < mark.durable()) {
            throw lost("its database ends with write " + last + " and this node acknowledged what depends on write "
                + mark.durable() + ": the end of the database's log is missing or damaged");
        }
    }

    /** The refusal of a directory that may have forgotten something. */
    StartException lost(String fact) {
        return new StartException("the data directory " + dir + " counts as lost, " + fact
            + ": move it aside, start with an empty one, then replace this node's replicas from the other nodes");
    }

    private static void write(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
        try (FileChannel to = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
            to.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        sync(file.getParent());
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
