package dev.trine.deploy.local;

import com.sun.management.OperatingSystemMXBean;
import dev.trine.inspector.cli.CommandFailure;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How this machine runs the program: the same Java and the same jars as this process.
 *
 * @param java      the Java program
 * @param lib       directory of the jars and of the JVM options
 * @param archiving whether processes make their {@link ClassArchive} instead of using it
 */
public record Jvm(Path java, Path lib, boolean archiving) {
    /** System property that the launcher script sets to the directory of the jars. */
    static final String LIB = "trine.lib";

    /** The first Java that knows the options in {@link #LATEST_OPTIONS}. */
    private static final int LATEST = 25;
    private static final String LATEST_OPTIONS = "server-25.options";
    private static final long MEBIBYTE = 1024 * 1024;
    private static final long NODE_HEAP_MIN_MEBIBYTES = 384;
    private static final long NODE_HEAP_MAX_MEBIBYTES = 2048;
    private static final long FRONT_HEAP_MIN_MEBIBYTES = 192;
    private static final long FRONT_HEAP_MAX_MEBIBYTES = 512;

    /** The one that runs this process. */
    public static Jvm current() {
        String lib = System.getProperty(LIB);
        if (lib == null || !Files.isRegularFile(Path.of(lib, "server.options"))) {
            throw new CommandFailure("the directory of Trine's jars is not known:"
                + " start this command with the script trine");
        }
        return new Jvm(Path.of(System.getProperty("java.home"), "bin", "java"), Path.of(lib), false);
    }

    /** The same, but for processes that make their archives when they end: of several alike, the first one does. */
    Jvm makingArchives() {
        return new Jvm(java, lib, true);
    }

    /** The archives of all kinds of processes in a local cluster, and of commands. */
    List<ClassArchive> archives() {
        return Stream.of(ClusterProcess.N1.command(), ClusterProcess.FRONT.command(), ClassArchive.COMMANDS)
            .map(this::archive).toList();
    }

    private ClassArchive archive(String name) {
        return new ClassArchive(lib, name, Runtime.version().feature());
    }

    /** The command line of a process of a local cluster. */
    List<String> commandLine(ClusterProcess process, Path configuration) {
        ClassArchive archive = archive(process.command());
        boolean another = process == ClusterProcess.N2 || process == ClusterProcess.N3;
        return commandLine(process.command(), archiving && !another ? archive.make() : archive.use(),
            heapMebibytes(process, machineBytes()), configuration);
    }

    /** The command line of a command that is no service. */
    List<String> command(String... arguments) {
        ClassArchive archive = archive(ClassArchive.COMMANDS);
        List<String> words = new ArrayList<>(List.of(java.toString(), "@" + lib.resolve("cli.options")));
        words.addAll(archiving ? archive.make() : archive.use());
        words.addAll(main());
        words.addAll(List.of(arguments));
        return words;
    }

    /** The command line of one service. */
    public List<String> commandLine(String service, long heapMebibytes, Path configuration) {
        String kind = service.equals(ClusterProcess.N1.command()) ? service : ClusterProcess.FRONT.command();
        return commandLine(service, archive(kind).use(), heapMebibytes, configuration);
    }

    private List<String> commandLine(String service, List<String> archive, long heapMebibytes, Path configuration) {
        List<String> words = new ArrayList<>(service(heapMebibytes));
        words.addAll(archive);
        words.addAll(main());
        words.addAll(List.of(service, "--config", configuration.toString()));
        return words;
    }

    /** The beginning of the command line of a program of other jars, which gets what a node's git server gets. */
    public List<String> likeGitServer() {
        return service(heapMebibytes(ClusterProcess.N1, machineBytes()));
    }

    private List<String> service(long heapMebibytes) {
        List<String> words = new ArrayList<>(List.of(java.toString(), "@" + lib.resolve("server.options"),
            "-Xmx" + heapMebibytes + "m"));
        if (Runtime.version().feature() >= LATEST) {
            words.add("@" + lib.resolve(LATEST_OPTIONS));
        }
        return words;
    }

    private List<String> main() {
        return List.of("-D" + LIB + "=" + lib, "-cp", lib + "/*", "dev.trine.deploy.Trine");
    }

    /** A git server gets a sixteenth of the machine, the front process half as much, within bounds. */
    static long heapMebibytes(ClusterProcess process, long machineBytes) {
        long machine = machineBytes / MEBIBYTE;
        return process == ClusterProcess.FRONT
            ? Math.clamp(machine / 32, FRONT_HEAP_MIN_MEBIBYTES, FRONT_HEAP_MAX_MEBIBYTES)
            : Math.clamp(machine / 16, NODE_HEAP_MIN_MEBIBYTES, NODE_HEAP_MAX_MEBIBYTES);
    }

    private static long machineBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }
}
