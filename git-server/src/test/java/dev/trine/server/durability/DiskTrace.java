package dev.trine.server.durability;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a process did to the files of one directory and sent through sockets, in order, as the preloaded library
 * {@code src/test/native/disktrace.c} records it.
 */
final class DiskTrace {
    private static final Path SOURCE = Path.of("src", "test", "native", "disktrace.c");
    private static final long COMPILE_SECONDS_MAX = 60;
    private static final int HEAD = 24;

    private final Path library;
    private final Path root;
    private final Path file;

    private DiskTrace(Path library, Path root, Path file) {
        this.library = library;
        this.root = root;
        this.file = file;
    }

    /** One thing that the process did. */
    sealed interface Event {
        /** The process began; whatever an earlier one had open is closed. */
        record Run() implements Event {
        }

        /** A file or directory was opened. */
        record Open(int fd, String path, boolean created, boolean truncated) implements Event {
        }

        /** A file or socket was closed. */
        record Close(int fd) implements Event {
        }

        /** Bytes were written to a file. */
        record Write(int fd, long offset, byte[] bytes) implements Event {
        }

        /** A file got another length. */
        record Truncate(int fd, long length) implements Event {
        }

        /** A sync of a file or directory began, or ended, well or not. */
        record Sync(int fd, long thread, boolean end, boolean well) implements Event {
        }

        /** A name came into another's place. */
        record Rename(String from, String to) implements Event {
        }

        /** A file got another name besides. */
        record Link(String from, String to) implements Event {
        }

        /** A name of a file, or an empty directory, was removed. */
        record Remove(String path) implements Event {
        }

        /** A directory was made. */
        record MakeDirectory(String path) implements Event {
        }

        /** Bytes are about to be handed to a socket. */
        record Send(int fd, byte[] bytes) implements Event {
        }

        /** So many of them were taken; below zero: none. */
        record Sent(int fd, long count) implements Event {
        }
    }

    /** Makes ready to record, compiling the library with the machine's C compiler. */
    static DiskTrace prepare(Path work, Path root) throws IOException, InterruptedException {
        Path library = work.resolve("disktrace.so");
        Path messages = work.resolve("gcc.out");
        Process gcc;
        try {
            gcc = new ProcessBuilder("gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-pthread", "-o",
                library.toString(), SOURCE.toString()).redirectErrorStream(true).redirectOutput(messages.toFile())
                .start();
        } catch (IOException e) {
            throw new AssertionError("this test needs a C compiler: run deploy/install-test-tools", e);
        }
        if (!gcc.waitFor(COMPILE_SECONDS_MAX, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
            throw new AssertionError("gcc: " + Files.readString(messages));
        }
        return new DiskTrace(library, root, work.resolve("trace"));
    }

    /** What a process needs in its environment to be recorded; several after each other make one trace. */
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "DISKTRACE_ROOT", root.toString(), "DISKTRACE_FILE",
            file.toString());
    }

    /** What was recorded; paths are relative to the root. A record that a kill cut off at the end did not happen. */
    List<Event> read() throws IOException {
        List<Event> events = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                .order(ByteOrder.LITTLE_ENDIAN);
            while (all.remaining() >= HEAD) {
                all.mark();
                Head head = Head.read(all);
                if (all.remaining() < head.path + head.other + head.data) {
                    all.reset();
                    break;
                }
                events.add(event(head, text(all, head.path), text(all, head.other), bytes(all, head.data)));
            }
        }
        return events;
    }

    /** {@code struct record}. */
    private record Head(int type, int flags, int path, int other, int fd, int data, long number) {
        static Head read(ByteBuffer from) {
            int type = from.get();
            int flags = from.get();
            int path = Short.toUnsignedInt(from.getShort());
            int other = Short.toUnsignedInt(from.getShort());
            from.getShort();
            int fd = from.getInt();
            int data = from.getInt();
            return new Head(type, flags, path, other, fd, data, from.getLong());
        }
    }

    private Event event(Head head, String path, String other, byte[] data) {
        return switch (head.type) {
            case 1 -> new Event.Run();
            case 2 -> new Event.Open(head.fd, path, (head.flags & 1) != 0, (head.flags & 2) != 0);
            case 3 -> new Event.Close(head.fd);
            case 4 -> new Event.Write(head.fd, head.number, data);
            case 5 -> new Event.Truncate(head.fd, head.number);
            case 6 -> new Event.Sync(head.fd, head.number, false, false);
            case 7 -> new Event.Sync(head.fd, head.number, true, head.flags == 1);
            case 8 -> new Event.Rename(path, other);
            case 9, 11 -> new Event.Remove(path);
            case 10 -> new Event.MakeDirectory(path);
            case 12 -> new Event.Link(path, other);
            case 13 -> head.flags == 1 ? new Event.Sent(head.fd, head.number) : new Event.Send(head.fd, data);
            default -> throw new AssertionError("a file that is written through memory: " + head);
        };
    }

    private String text(ByteBuffer from, int length) {
        String path = new String(bytes(from, length), StandardCharsets.UTF_8);
        return path.startsWith(root.toString()) ? root.relativize(Path.of(path)).toString() : path;
    }

    private static byte[] bytes(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }
}
