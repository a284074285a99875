package dev.trine.server.repo;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The pack files of one node, {@code ROOT/ab/REPOID/pack-NAME.{pack,idx,bitmap}} where ab are the first two digits of
 * the repository id: standard files that C Git can read. Called by many threads.
 */
public final class PackFiles {
    static final String TEMPORARY = "tmp_";

    private static final Pattern PACK_FILE =
        Pattern.compile("pack-([0-9a-f]{40})\\.(pack|idx|bitmap|(?:pack|idx|bitmap)\\.sums)");
    private static final int REMEMBERED_MAX = 200_000;
    /** A repository that nobody has used for so long takes no memory. */
    static final Duration REMEMBERED = Duration.ofMinutes(30);

    private final Path root;
    private final PackListing listing;
    private final Disk disk;
    private final long reserveBytes;
    private final PackPins pins;
    private final StorageTroubles troubles = new StorageTroubles();
    private final PackReads reads;
    private final Set<PackPins.Key> damaged = ConcurrentHashMap.newKeySet();
    private final Set<RepoId> copiesLeft = ConcurrentHashMap.newKeySet();
    private final Cache<RepoId, Boolean> directories = remembered();
    private final Cache<PackPins.Key, StoredPack> described = remembered();
    private final Cache<PackPins.Key, Boolean> selfContained = remembered();

    private PackFiles(Path root, PackListing listing, Disk disk, long reserveBytes) {
        this.root = root;
        this.disk = disk;
        this.listing = listing;
        this.reserveBytes = reserveBytes;
        this.reads = new PackReads(disk, listing, troubles);
        this.pins = new PackPins(listing, this::remove);
    }

    private static <K, V> Cache<K, V> remembered() {
        return Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).expireAfterAccess(REMEMBERED).build();
    }

    /**
     * Opens the objects directory of a node, creating it where it does not exist.
     *
     * @param root    the directory
     * @param listing which packs the node's durable state lists
     */
    public static PackFiles open(Path root, PackListing listing) throws IOException {
        return open(root, listing, new DurableFiles());
    }

    static PackFiles open(Path root, PackListing listing, Disk disk) throws IOException {
        return open(root, listing, disk, 0);
    }

    /**
     * As {@link #open(Path, PackListing)}.
     *
     * @param disk         under it
     * @param reserveBytes no pack is begun with less room than this: the rest is for the database
     */
    public static PackFiles open(Path root, PackListing listing, Disk disk, long reserveBytes) throws IOException {
        DurableFiles.createDirectories(disk, root);
        return new PackFiles(root, listing, disk, reserveBytes);
    }

    /** Where it is told that a repository's packs misbehave. */
    public StorageTroubles troubles() {
        return troubles;
    }

    /** Whether there is room for one more pack and as much again, so that a full disk is not called usable at once. */
    public boolean hasRoom() {
        return disk.usableBytes(root) >= 2 * reserveBytes;
    }

    /** Reads one of a pack's files, verified block by block. */
    VerifiedChannel read(RepoId repo, PackName name, PackPart part) throws IOException {
        return reads.open(source(repo, name, part));
    }

    /** Reads the pack or its index, by extension, verified block by block. */
    public InputStream read(RepoId repo, PackName name, String extension) throws IOException {
        return Channels.newInputStream(read(repo, name, PackPart.of(extension)));
    }

    /** As {@link #read(RepoId, PackName, String)}, from a byte on. */
    InputStream read(RepoId repo, PackName name, String extension, long offset) throws IOException {
        VerifiedChannel channel = read(repo, name, PackPart.of(extension));
        channel.position(offset);
        return Channels.newInputStream(channel);
    }

    /**
     * Reads all of a pack's files, whatever is known about them. A pack with something wrong is not taken for one any
     * more: one of the same name that comes in replaces it. A damaged bitmap, which can be made again, is removed.
     *
     * @param pace told how many bytes were read; sleeps if that was too fast
     * @return what is wrong; nobody else is told
     */
    public Optional<StorageTrouble> examine(RepoId repo, PackName name, IntConsumer pace) throws IOException {
        PackPins.Key key = new PackPins.Key(repo, name);
        for (PackPart part : List.of(PackPart.PACK, PackPart.INDEX)) {
            Optional<StorageTrouble> trouble = reads.examine(source(repo, name, part), pace::accept);
            if (trouble.isPresent()) {
                damaged.add(key);
                return trouble;
            }
        }
        damaged.remove(key);
        if (Files.exists(bitmap(repo, name))
            && reads.examine(source(repo, name, PackPart.BITMAP), pace::accept).isPresent()) {
            reads.forget(bitmap(repo, name));
            Files.deleteIfExists(bitmap(repo, name));
            described.invalidate(key);
        }
        return Optional.empty();
    }

    /** Writes, syncs and removes a small file where a repository's packs are. What is wrong, nobody else is told. */
    public Optional<StorageTrouble> tryToWrite(RepoId repo) {
        try {
            makeDirectory(repo);
            Path file = Files.createTempFile(directory(repo), TEMPORARY, ".try");
            try {
                Files.write(file, new byte[1 << 12]);
                disk.sync(file);
            } finally {
                Files.deleteIfExists(file);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new StorageTrouble(StorageTrouble.Kind.WRITE_ERROR,
                "the repository's directory cannot be written (" + e.getMessage() + ")"));
        }
    }

    private PackReads.Source source(RepoId repo, PackName name, PackPart part) {
        return new PackReads.Source(repo, name, part, file(repo, name, part.extension()));
    }

    /** Path of a pack file; it need not exist. */
    public Path pack(RepoId repo, PackName name) {
        return file(repo, name, "pack");
    }

    /** Path of a pack's index; it need not exist. */
    public Path index(RepoId repo, PackName name) {
        return file(repo, name, "idx");
    }

    /** Path of a pack's bitmap index; it need not exist. */
    Path bitmap(RepoId repo, PackName name) {
        return file(repo, name, "bitmap");
    }

    /** Whether both the pack and its index are there, and not known to be damaged. */
    public boolean has(RepoId repo, PackName name) {
        return !damaged.contains(new PackPins.Key(repo, name)) && Files.exists(index(repo, name))
            && Files.exists(pack(repo, name));
    }

    /**
     * What lies on disk under that name; fails with {@link java.nio.file.NoSuchFileException} if nothing does, and with
     * {@link StorageTroubleException} if something should.
     */
    public StoredPack describe(RepoId repo, PackName name) throws IOException {
        PackPins.Key key = new PackPins.Key(repo, name);
        StoredPack known = described.getIfPresent(key);
        if (known != null) {
            return known;
        }
        Path pack = pack(repo, name);
        Path index = index(repo, name);
        outline(repo, name);
        StoredPack read = new StoredPack(name, Files.size(pack), Files.size(index), IndexFile.countObjects(index),
            Files.exists(bitmap(repo, name)), Files.getLastModifiedTime(pack).toInstant());
        described.put(key, read);
        return read;
    }

    /**
     * Notes that every object that an object of the pack names is in the pack too: whoever indexed it, here or on
     * another node, has seen that. Spares the connectivity check a walk; may be forgotten.
     */
    public void noteSelfContained(RepoId repo, PackName name) {
        selfContained.put(new PackPins.Key(repo, name), true);
    }

    /** Whether that has been noted. */
    public boolean isSelfContained(RepoId repo, PackName name) {
        return selfContained.getIfPresent(new PackPins.Key(repo, name)) != null;
    }

    /** Names of all packs of a repository that lie on disk with their index, listed or not; in order of name. */
    public List<PackName> list(RepoId repo) throws IOException {
        try (Stream<Path> files = Files.list(directory(repo))) {
            return files.map(file -> PACK_FILE.matcher(file.getFileName().toString()))
                .filter(name -> name.matches() && name.group(2).equals("idx"))
                .map(name -> new PackName(name.group(1)))
                .filter(name -> Files.exists(pack(repo, name)))
                .sorted((a, b) -> a.hex().compareTo(b.hex()))
                .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Keeps the packs' files until the pin is closed; they need not be listed, and need not exist yet. */
    public PackPin pin(RepoId repo, Collection<PackName> packs) {
        return pins.pin(repo, packs);
    }

    /** Begins to receive a finished pack and its index from a peer. */
    public IncomingPack receive(RepoId repo) throws IOException {
        return IncomingPack.open(this, repo);
    }

    /**
     * Removes those of the packs that nothing pins and nothing lists; a pinned one is looked at again when its last pin
     * is closed. Call it after a batch took packs off the list.
     */
    public void reap(RepoId repo, Collection<PackName> packs) throws IOException {
        pins.reap(repo, packs);
    }

    /** Removes a repository's directory with all that is in it; nothing may list or pin any of its packs. */
    public void deleteRepository(RepoId repo) throws IOException {
        Path directory = directory(repo);
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                disk.delete(file);
            }
        }
        described.asMap().keySet().removeIf(key -> key.repo().equals(repo));
        selfContained.asMap().keySet().removeIf(key -> key.repo().equals(repo));
        directories.invalidate(repo);
        disk.delete(directory);
        disk.sync(directory.getParent());
    }

    /**
     * Removes what a crash left behind: temporary files, and packs that nothing lists. Call it once, at start, before
     * anything else is opened.
     *
     * @return how many files were removed
     */
    public int sweep() throws IOException {
        StartSweep sweep = new StartSweep(root, listing, PACK_FILE);
        int removed = sweep.run();
        copiesLeft.addAll(sweep.copying());
        return removed;
    }

    /** Repositories in which the sweep saw a copy from a peer that was interrupted. */
    Set<RepoId> copiesLeft() {
        return Set.copyOf(copiesLeft);
    }

    /**
     * Whether a pack and its index are there, whole, and what they are called; fails as {@link #describe} does. What is
     * read is not remembered: who looks at very many packs has no use for most of them.
     */
    public void outline(RepoId repo, PackName name) throws IOException {
        reads.outline(source(repo, name, PackPart.PACK));
        reads.outline(source(repo, name, PackPart.INDEX));
    }

    /** A new temporary file in a repository's directory, to be renamed or removed by the caller. */
    Path temporary(RepoId repo, String suffix) throws IOException {
        checkRoom(repo);
        Path directory = makeDirectory(repo);
        try {
            return Files.createTempFile(directory, TEMPORARY, suffix);
        } catch (IOException e) {
            throw blamed(repo, e);
        }
    }

    /** Fails if there is no room for one more pack. */
    void checkRoom(RepoId repo) throws IOException {
        long usable = disk.usableBytes(root);
        if (usable < reserveBytes) {
            throw full(repo, "the disk has " + usable + " bytes left, the last " + reserveBytes
                + " are not for packs", Optional.empty());
        }
    }

    /** The directory of a repository's packs, which exists afterwards, durably. */
    Path makeDirectory(RepoId repo) throws IOException {
        try {
            Path directory = directory(repo);
            if (directories.getIfPresent(repo) == null || !Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                // even if it was there: who made it, another thread or a process that died, may not have synced it yet
                disk.sync(directory.getParent());
                disk.sync(root);
                directories.put(repo, true);
            }
            return directory;
        } catch (IOException e) {
            throw blamed(repo, e);
        }
    }

    Disk disk() {
        return disk;
    }

    /** A pack could not be written: tells so if the disk is to blame. Returns what to throw. */
    IOException blamed(RepoId repo, IOException e) {
        if (e instanceof StorageTroubleException) {
            return e;
        }
        String text = String.valueOf(e.getMessage());
        if (text.contains("No space left on device") || text.contains("Disk quota exceeded")) {
            return full(repo, "a pack could not be written (" + text + ")", Optional.of(e));
        }
        boolean disk = e instanceof FileSystemException && !(e instanceof NoSuchFileException)
            && !text.contains("Too many open files")
            || text.contains("Input/output error") || text.contains("Read-only file system");
        if (!disk) {
            return e;
        }
        return told(repo, new StorageTrouble(StorageTrouble.Kind.WRITE_ERROR, "a pack could not be written ("
            + text + ")"), Optional.of(e));
    }

    private IOException full(RepoId repo, String fact, Optional<IOException> cause) {
        return told(repo, new StorageTrouble(StorageTrouble.Kind.DISK_FULL, fact), cause);
    }

    private IOException told(RepoId repo, StorageTrouble trouble, Optional<IOException> cause) {
        troubles.found(repo, trouble);
        return new StorageTroubleException(repo, trouble, cause.orElse(null));
    }

    /**
     * Gives a finished pack its name and syncs files and directory. A pack of that name that is already there stays as
     * it is, since equal names mean equal bytes; the temporary files are gone in either case. The pin is of the kind
     * that removes an unlisted pack.
     */
    PackPin install(RepoId repo, PackName name, Path temporaryPack, Path temporaryIndex) throws IOException {
        Named named = name(repo, name, temporaryPack, temporaryIndex);
        try {
            named.sync.await();
            return named.pin;
        } catch (IOException e) {
            named.pin.close();
            throw e;
        }
    }

    /**
     * A pack that has its name but may not be durable yet.
     *
     * @param pin  holds it
     * @param sync to be waited for before the pack is listed
     */
    record Named(PackPin pin, PackSync sync) {
    }

    /**
     * As {@link #install}, but does not wait for the syncs. Only where the name is listed, and so relied on, are the
     * files synced before they get it; otherwise nobody knows it, and after a power failure the pack is swept.
     */
    Named name(RepoId repo, PackName name, Path temporaryPack, Path temporaryIndex) throws IOException {
        PackPin pin = pins.pinNew(repo, name);
        try {
            if (has(repo, name)) {
                Files.delete(temporaryPack);
                Files.delete(temporaryIndex);
            } else {
                if (listing.lists(repo, name)) {
                    disk.sync(temporaryPack);
                    disk.sync(temporaryIndex);
                }
                disk.rename(temporaryPack, pack(repo, name));
                disk.rename(temporaryIndex, index(repo, name));
                replaced(repo, name);
            }
            // even if it was there: another push that brought it may not have synced it yet
            return new Named(pin, PackSync.begin(this, repo,
                List.of(pack(repo, name), index(repo, name), directory(repo))));
        } catch (IOException e) {
            pin.close();
            throw blamed(repo, e);
        }
    }

    /** Returns when a pack that is there is durable: whoever named it may not have synced it yet. */
    public void sync(RepoId repo, PackName name) throws IOException {
        PackSync.begin(this, repo, List.of(pack(repo, name), index(repo, name), directory(repo))).await();
    }

    /**
     * Gives a copied pack its name besides those that it has: the files are synced, in the order pack, index, bitmap.
     * What lies under these names is replaced. The pin is of the kind that removes an unlisted pack.
     */
    PackPin installCopy(RepoId repo, PackName name, List<CopiedFile> copied) throws IOException {
        PackPin pin = pins.pinNew(repo, name);
        try {
            for (CopiedFile each : copied) {
                Path second = each.path().resolveSibling(TEMPORARY + each.path().getFileName());
                Files.deleteIfExists(second);
                disk.link(each.path(), second);
                disk.rename(second, file(repo, name, each.part().extension()));
            }
            disk.sync(directory(repo));
            described.invalidate(new PackPins.Key(repo, name));
            reads.forget(bitmap(repo, name));
            for (CopiedFile each : copied) {
                reads.stored(source(repo, name, PackPart.of(each.part().extension())), each.sums());
            }
            damaged.remove(new PackPins.Key(repo, name));
            return pin;
        } catch (IOException e) {
            pin.close();
            throw blamed(repo, e);
        }
    }

    /** Other bytes lie under that name now, which were verified while they came in. */
    private void replaced(RepoId repo, PackName name) throws IOException {
        described.invalidate(new PackPins.Key(repo, name));
        reads.stored(source(repo, name, PackPart.PACK));
        reads.stored(source(repo, name, PackPart.INDEX));
        damaged.remove(new PackPins.Key(repo, name));
    }

    /** Puts a bitmap index beside a pack that is there; replaces an older one. */
    void installBitmap(RepoId repo, PackName name, Path temporaryBitmap) throws IOException {
        try {
            disk.sync(temporaryBitmap);
            disk.rename(temporaryBitmap, bitmap(repo, name));
            disk.sync(directory(repo));
        } catch (IOException e) {
            throw blamed(repo, e);
        }
        reads.forget(bitmap(repo, name));
        described.invalidate(new PackPins.Key(repo, name));
    }

    private void remove(PackPins.Key key) {
        described.invalidate(key);
        selfContained.invalidate(key);
        damaged.remove(key);
        try {
            for (PackPart part : PackPart.values()) {
                reads.forget(file(key.repo(), key.pack(), part.extension()));
            }
            disk.delete(bitmap(key.repo(), key.pack()));
            disk.delete(index(key.repo(), key.pack()));
            disk.delete(pack(key.repo(), key.pack()));
        } catch (IOException e) {
            throw new UncheckedIOException("remove pack " + key.pack() + " of repository " + key.repo(), e);
        }
    }

    Path directory(RepoId repo) {
        return root.resolve(repo.value().substring(0, 2)).resolve(repo.value());
    }

    Path file(RepoId repo, PackName name, String extension) {
        return directory(repo).resolve("pack-" + name.hex() + "." + extension);
    }
}
