package dev.trine.inspector.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the process writes to. */
public final class Terminal {
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {
    }

    /** Whether standard error is a terminal, on which a line can be written over; false where that cannot be told. */
    public static boolean showsErrors() {
        try {
            String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
