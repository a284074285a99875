package dev.trine.deploy.bench;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pack files of all replicas of a local cluster, as they lie in its data directory:
 * NODE/objects/ab/REPOSITORY/pack-NAME.{pack,idx,bitmap}.
 *
 * @param nodes the directory of the nodes' directories
 */
record ReplicaPacks(Path nodes) {
    /** Fewer objects than these are nowhere worth a rewriting. */
    private static final long FRESH_MIN = 1_000;
    /** Nor are fewer than one in so many, soon after the last one. */
    private static final long MAIN_TO_FRESH = 10;
    /** Where an index says how many objects it has: the last entry of its fan-out table (gitformat-pack(5)). */
    private static final int COUNT_OFFSET = 8 + 255 * 4;

    /** A pack: when it was written, and whether everything in it is covered by a bitmap. */
    private record Pack(FileTime written, long objects, boolean bitmap) {
    }

    /** Whether no replica has so much without a bitmap that it will be rewritten soon. */
    boolean areRewritten() throws IOException {
        try {
            for (Path repository : repositories()) {
                if (!isRewritten(packs(repository))) {
                    return false;
                }
            }
            return true;
        } catch (NoSuchFileException | EOFException e) {
            return false; // a file that is replaced or written right now
        }
    }

    /** Directories of all repositories on all nodes. */
    List<Path> repositories() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path node : list(nodes)) {
            if (Files.isDirectory(node.resolve("objects"))) {
                for (Path fan : list(node.resolve("objects"))) {
                    if (Files.isDirectory(fan)) {
                        found.addAll(list(fan).stream().filter(Files::isDirectory).toList());
                    }
                }
            }
        }
        return found;
    }

    private static boolean isRewritten(List<Pack> packs) {
        Optional<Pack> main = packs.stream().filter(Pack::bitmap)
            .max((a, b) -> a.written().compareTo(b.written()));
        long fresh = packs.stream().filter(pack -> !pack.bitmap()
            && (main.isEmpty() || pack.written().compareTo(main.get().written()) > 0)).mapToLong(Pack::objects).sum();
        return fresh < Math.max(FRESH_MIN, main.map(Pack::objects).orElse(0L) / MAIN_TO_FRESH);
    }

    private static List<Pack> packs(Path repository) throws IOException {
        List<Pack> packs = new ArrayList<>();
        for (Path index : list(repository)) {
            if (index.toString().endsWith(".idx")) {
                String name = index.getFileName().toString().replaceAll("idx$", "bitmap");
                packs.add(new Pack(Files.getLastModifiedTime(index), objects(index),
                    Files.exists(index.resolveSibling(name))));
            }
        }
        return packs;
    }

    private static long objects(Path index) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(index.toFile(), "r")) {
            file.seek(COUNT_OFFSET);
            return file.readInt();
        } catch (FileNotFoundException e) {
            throw new NoSuchFileException(index.toString());
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}
