package dev.trine.server.durability;

import dev.trine.server.durability.DiskTrace.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a disk may hold after a power failure, if it was told {@link DiskTrace.Event}s so far. It assumes less than
 * journaling file systems give: contents and names reach the medium apart from each other; a change that no sync
 * covers may have arrived wholly, partly or not at all, whatever was made before or after it; syncing a file says
 * nothing about its name, syncing a directory nothing about the contents of its files. Only a rename is atomic.
 */
final class DiskModel {
    private static final int SECTOR = 512;
    /** RocksDB's native library is unpacked here at each start, and nobody relies on what lies there. */
    private static final String PASSED_OVER = "/native/";
    /** RocksDB relies on it that the names of one directory reach the medium in the order of their changes. */
    private static final String ORDERED = "rocksdb";

    private final Directory root = new Directory(false);
    private final Map<Integer, Node> open = new HashMap<>();
    private final Map<String, Long> begun = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private final Predicate<String> forgotten;
    private long changes;

    /**
     * An empty disk.
     *
     * @param forgotten paths of which every sync is passed over, as if the program had not asked for it
     */
    DiskModel(Predicate<String> forgotten) {
        this.forgotten = forgotten;
    }

    /** A file or directory, whatever its name. */
    private abstract static sealed class Node {
        abstract void synced(long upTo);

        abstract boolean isDirtyBefore(long upTo);
    }

    /** A file: what is surely there, and what was changed since. */
    private static final class Contents extends Node {
        private byte[] durable = new byte[0];
        private final List<Change> pending = new ArrayList<>();

        @Override
        void synced(long upTo) {
            List<Change> covered = pending.stream().filter(change -> change.number < upTo).toList();
            durable = apply(durable, covered);
            pending.removeAll(covered);
        }

        @Override
        boolean isDirtyBefore(long upTo) {
            return pending.stream().anyMatch(change -> change.number < upTo);
        }

        /** Some of what no sync covers: any sectors of any writes, and a length that they or a truncation gave. */
        byte[] some(RandomGenerator random) {
            List<Change> arrived = new ArrayList<>();
            int kind = random.nextInt(3);
            int prefix = random.nextInt(pending.size() + 1);
            for (int i = 0; i < pending.size(); i++) {
                Change change = pending.get(i);
                if (kind == 0 ? i < prefix : random.nextBoolean()) {
                    arrived.add(change);
                } else if (kind == 0 ? i == prefix : random.nextBoolean()) {
                    arrived.add(change.torn(random, kind == 2));
                }
            }
            return apply(durable, arrived);
        }
    }

    /** One change of a file: bytes at a place, or a length when there are none. */
    private record Change(long number, long offset, byte @Nullable [] bytes) {
        long end() {
            return bytes == null ? offset : offset + bytes.length;
        }

        Change torn(RandomGenerator random, boolean anywhere) {
            if (bytes == null || bytes.length == 0) {
                return this;
            }
            byte[] torn = new byte[anywhere ? bytes.length : random.nextInt(bytes.length)];
            for (int at = 0; at < torn.length; at += SECTOR) {
                if (!anywhere || random.nextBoolean()) {
                    System.arraycopy(bytes, at, torn, at, Math.min(SECTOR, torn.length - at));
                }
            }
            return new Change(number, offset, torn);
        }
    }

    private static byte[] apply(byte[] before, List<Change> changes) {
        if (changes.isEmpty()) {
            return before;
        }
        long longest = Math.max(before.length, changes.stream().mapToLong(Change::end).max().orElse(0));
        byte[] now = Arrays.copyOf(before, Math.toIntExact(longest));
        int length = before.length;
        for (Change change : changes) {
            if (change.bytes == null) {
                int cut = Math.toIntExact(change.offset);
                Arrays.fill(now, Math.min(cut, length), length, (byte) 0);
                length = cut;
            } else {
                System.arraycopy(change.bytes, 0, now, Math.toIntExact(change.offset), change.bytes.length);
                length = Math.max(length, Math.toIntExact(change.end()));
            }
        }
        return Arrays.copyOf(now, length);
    }

    /** A directory: names that are surely there, names as the program sees them, and how they came apart. */
    private static final class Directory extends Node {
        private final boolean ordered;
        private Map<String, Node> durable = new TreeMap<>();
        private final Map<String, Node> now = new TreeMap<>();
        private final List<Entries> pending = new ArrayList<>();

        Directory(boolean ordered) {
            this.ordered = ordered;
        }

        void change(long number, Map<String, Node> put, List<String> removed) {
            Entries entries = new Entries(number, put, removed);
            entries.apply(now);
            pending.add(entries);
        }

        @Override
        void synced(long upTo) {
            List<Entries> covered = pending.stream().filter(change -> change.number < upTo).toList();
            durable = new TreeMap<>(durable);
            covered.forEach(entries -> entries.apply(durable));
            pending.removeAll(covered);
        }

        @Override
        boolean isDirtyBefore(long upTo) {
            return pending.stream().anyMatch(change -> change.number < upTo);
        }

        Map<String, Node> some(RandomGenerator random) {
            Map<String, Node> some = new TreeMap<>(durable);
            boolean inOrder = ordered || random.nextBoolean();
            int prefix = random.nextInt(pending.size() + 1);
            for (int i = 0; i < pending.size(); i++) {
                if (inOrder ? i < prefix : random.nextBoolean()) {
                    pending.get(i).apply(some);
                }
            }
            return some;
        }
    }

    /** One atomic change of a directory. */
    private record Entries(long number, Map<String, Node> put, List<String> removed) {
        void apply(Map<String, Node> to) {
            removed.forEach(to::remove);
            to.putAll(put);
        }
    }

    /** Takes the next event. Returns whether less than before can be lost: a sync ended that covered a change. */
    boolean take(Event event) {
        changes++;
        switch (event) {
            case Event.Run run -> {
                open.clear();
                begun.clear();
            }
            case Event.Open opened -> open(opened);
            case Event.Close closed -> open.remove(closed.fd());
            case Event.Write write -> change(write.fd(), write.offset(), write.bytes());
            case Event.Truncate truncate -> change(truncate.fd(), truncate.length(), null);
            case Event.Sync sync -> {
                return sync(sync);
            }
            case Event.Rename rename -> rename(rename.from(), rename.to());
            case Event.Link link -> parent(link.to()).change(changes,
                Map.of(name(link.to()), parent(link.from()).now.get(name(link.from()))), List.of());
            case Event.Remove remove -> parent(remove.path()).change(changes, Map.of(), List.of(name(remove.path())));
            case Event.MakeDirectory made ->
                parent(made.path()).change(changes,
                    Map.of(name(made.path()), new Directory(name(made.path()).equals(ORDERED))), List.of());
            case Event.Send send -> { }
            case Event.Sent sent -> { }
        }
        return false;
    }

    /** Whether an event that was just taken changed anything that could be lost. */
    boolean isChange(Event event) {
        return switch (event) {
            case Event.Open opened -> opened.created() && !opened.path().contains(PASSED_OVER);
            case Event.Write write -> open.containsKey(write.fd());
            case Event.Truncate truncate -> true;
            case Event.Rename rename -> true;
            case Event.Link link -> true;
            case Event.Remove remove -> !remove.path().contains(PASSED_OVER);
            case Event.MakeDirectory made -> true;
            case Event.Run run -> false;
            case Event.Close close -> false;
            case Event.Sync sync -> false;
            case Event.Send send -> false;
            case Event.Sent sent -> false;
        };
    }

    private void open(Event.Open opened) {
        names.put(opened.fd(), opened.path());
        if (opened.path().contains(PASSED_OVER)) {
            return;
        }
        if (opened.path().isEmpty()) {
            open.put(opened.fd(), root);
            return;
        }
        Directory parent = parent(opened.path());
        String name = name(opened.path());
        if (opened.created()) {
            parent.change(changes, Map.of(name, new Contents()), List.of());
        }
        Node node = parent.now.get(name);
        if (node == null) {
            throw new AssertionError("opened, but never made: " + opened);
        }
        open.put(opened.fd(), node);
        if (opened.truncated() && !opened.created()) {
            change(opened.fd(), 0, null);
        }
    }

    private void change(int fd, long offset, byte @Nullable [] bytes) {
        if (names.getOrDefault(fd, "").contains(PASSED_OVER)) {
            return;
        }
        if (!(open.get(fd) instanceof Contents file)) {
            throw new AssertionError("written, but not open: descriptor " + fd + " at event " + changes + ", which was "
                + names.getOrDefault(fd, "never opened") + " and is now " + open.get(fd));
        }
        file.pending.add(new Change(changes, offset, bytes));
    }

    private boolean sync(Event.Sync sync) {
        String key = sync.fd() + "/" + sync.thread();
        if (!sync.end()) {
            begun.put(key, changes);
            return false;
        }
        Node node = open.get(sync.fd());
        long upTo = begun.remove(key);
        if (node == null || !sync.well()) {
            throw new AssertionError("a sync of a file that is not open, or that failed: " + sync);
        }
        if (forgotten.test(names.get(sync.fd())) || !node.isDirtyBefore(upTo)) {
            return false;
        }
        node.synced(upTo);
        return true;
    }

    private void rename(String from, String to) {
        Directory parent = parent(from);
        Node node = parent.now.get(name(from));
        if (parent != parent(to)) {
            throw new AssertionError("renamed from one directory to another: " + from + " to " + to);
        }
        if (node != null) {
            parent.change(changes, Map.of(name(to), node), List.of(name(from)));
        } else if (!name(from).equals("LOG")) { // RocksDB's messages, which it writes by other means
            throw new AssertionError("renamed, but never made: " + from);
        }
    }

    private Directory parent(String path) {
        Node node = root;
        String[] parts = path.split("/");
        for (int i = 0; i < parts.length - 1; i++) {
            node = ((Directory) node).now.get(parts[i]);
        }
        if (!(node instanceof Directory directory)) {
            throw new AssertionError("no such directory: " + path);
        }
        return directory;
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The worst case: files by path, directories as paths that end in '/'; nothing that no sync covers is there. */
    Map<String, byte[]> least() {
        return collect(directory -> directory.durable, contents -> contents.durable);
    }

    /** The process died, the machine did not: everything is there. */
    Map<String, byte[]> all() {
        return collect(directory -> directory.now, contents -> apply(contents.durable, contents.pending));
    }

    /** Some of what no sync covers is there. */
    Map<String, byte[]> some(RandomGenerator random) {
        return collect(directory -> directory.some(random), contents -> contents.some(random));
    }

    private Map<String, byte[]> collect(Function<Directory, Map<String, Node>> entries,
                                        Function<Contents, byte[]> bytes) {
        Map<String, byte[]> found = new TreeMap<>();
        collect(root, "", found, entries, bytes);
        return found;
    }

    private void collect(Directory directory, String path, Map<String, byte[]> found,
                         Function<Directory, Map<String, Node>> entries,
                         Function<Contents, byte[]> bytes) {
        entries.apply(directory).forEach((name, node) -> {
            switch (node) {
                case Contents contents -> found.put(path + name, bytes.apply(contents));
                case Directory below -> {
                    found.put(path + name + "/", new byte[0]);
                    collect(below, path + name + "/", found, entries, bytes);
                }
            }
        });
    }
}
