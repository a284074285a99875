package dev.trine.inspector.cli;

/** What the program tells its caller at the end; scripts rely on the numbers. */
public enum ExitCode {
    /** Done. */
    OK(0),
    /** Not done; standard error says why. */
    FAILED(1),
    /** The command line is wrong; nothing was tried. */
    USAGE(2),
    /** Done, and what was looked at is not in full health. */
    DEGRADED(3),
    /** What was verified is contradicted, by a node or by itself: an alarm. */
    CONTRADICTED(4),
    /** There is nothing left to verify. */
    NOT_KEPT(5),
    /** It is not known whether it was done; it may be tried again as it was. */
    UNKNOWN(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The process's exit status. */
    public int number() {
        return number;
    }
}
