package dev.trine.server.durability;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * How the JVM of a node is started: as usual, or with the classes as an earlier one left them in the JVM's cache, which
 * halves the time. Without that cache, or with an unusable one, the JVM starts all the same.
 *
 * @param classPath with jars in the place of directories if there is a cache: it takes nothing else
 * @param options   of the JVM
 */
record NodeStart(String classPath, List<String> options) {
    private static final List<String> USUAL = List.of("--enable-native-access=ALL-UNNAMED", "-Xmx256m",
        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** As usual. */
    static NodeStart usual() {
        return new NodeStart(System.getProperty("java.class.path"), USUAL);
    }

    /** One that leaves a cache in a directory when it ends in peace. */
    static NodeStart leavingCache(Path dir) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            entries.add(Files.isDirectory(path)
                ? jar(path, dir.resolve("classes-" + entries.size() + ".jar")).toString() : entry);
        }
        return new NodeStart(String.join(File.pathSeparator, entries), with("-XX:AOTCacheOutput=" + cache(dir)));
    }

    /** One that uses the cache that {@link #leavingCache} left there. */
    NodeStart usingCache(Path dir) {
        return new NodeStart(classPath, with("-XX:AOTCache=" + cache(dir)));
    }

    private static Path cache(Path dir) {
        return dir.resolve("classes.aot");
    }

    private static List<String> with(String option) {
        List<String> options = new ArrayList<>(USUAL);
        options.add(option);
        return options;
    }

    private static Path jar(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar); ZipOutputStream zip = new ZipOutputStream(file);
             Stream<Path> tree = Files.walk(classes)) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            for (Path each : tree.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(classes.relativize(each).toString()));
                Files.copy(each, zip);
                zip.closeEntry();
            }
            return jar;
        }
    }
}
