package dev.trine.inspector.admin;

import dev.trine.inspector.cli.ExitCode;
import java.io.PrintWriter;

/**
 * What a command about a replacement says last.
 *
 * @param last      what was seen last
 * @param cancelled whether it was to be taken back
 */
record ReplacementEnd(ReplacementView last, boolean cancelled) {
    void print(PrintWriter out) {
        out.println(sentence());
        last.blocked().forEach(part -> out.println("  " + part.name() + ": " + part.problem().orElse("")));
        if (last.repositoriesBlocked() > last.blocked().size()) {
            out.println("  and " + (last.repositoriesBlocked() - last.blocked().size()) + " more");
        }
    }

    private String sentence() {
        return switch (last.state()) {
            case "DONE" -> "replaced " + last.what() + ": " + last.repositoriesMoved() + " repositories, "
                + ReplacementView.mebibytes(last.bytesCopied()) + " MiB";
            case "CANCELLED" -> "cancelled the replacement of " + last.what() + ": " + last.repositoriesMoved()
                + " repositories have moved, " + last.repositoriesLeft() + " stay where they are";
            case "CANCELLING" -> "cancelling the replacement of " + last.what();
            default -> last.isStuck() ? "replacing " + last.what() + " goes on: " + last.progress() + "; the other "
                + last.repositoriesBlocked() + " cannot be moved at the moment and are tried again:"
                : "replacing " + last.what() + ": " + last.progress() + "; watch it with the same command";
        };
    }

    ExitCode exitCode(boolean detached) {
        if (last.isOpen()) {
            return detached ? ExitCode.OK : ExitCode.DEGRADED;
        }
        return last.isCancelled() && !cancelled ? ExitCode.FAILED : ExitCode.OK;
    }
}
