package dev.trine.deploy.chaos;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The kinds of faults, with how long one lasts. */
enum FaultKind {
    /** One process ends at once, and is started again. */
    KILL("kill", "kill -9 of one process", 2, 6),
    /** One process stands still for longer than a lease (5 s), and goes on as if nothing had been. */
    FREEZE("freeze", "SIGSTOP of one process, longer than a lease", 7, 10),
    /** Nothing passes between one git server and everybody else. */
    ISOLATE("isolate", "a git server cut off from everybody", 6, 10),
    /** What one git server sends to another is lost, the other way it arrives. */
    ONE_WAY("one-way", "loss in one direction between two git servers", 6, 10),
    /** Everything from and to one git server arrives late. */
    DELAY("delay", "delay on all lines of a git server", 6, 10),
    /** The lines of one git server are slow. */
    THROTTLE("throttle", "little bandwidth on all lines of a git server", 6, 10),
    /** All connections of one git server are reset, and new ones too. */
    RESET("reset", "connections of a git server reset", 4, 6),
    /** Two of three git servers die: nothing may be acknowledged that is lost. */
    TWO_KILLED("two-killed", "kill -9 of two git servers at once", 3, 5),
    /** The disk of one git server has no room left. */
    DISK_FULL("disk-full", "a git server's disk full", 6, 10),
    /** A git server loses everything that it kept. */
    DISK_LOST("disk-lost", "a git server's data directory deleted", 1, 2),
    /** The metadata database dies, and is started again. */
    DATABASE_KILLED("database-killed", "kill -9 of the metadata database", 5, 8),
    /** The metadata database takes requests and answers none. */
    DATABASE_FROZEN("database-frozen", "SIGSTOP of the metadata database", 5, 8),
    /** The metadata database is an old one again. */
    DATABASE_OLD("database-old", "the metadata database restored from an old copy", 2, 4),
    /** Every process is stopped cleanly and started again, one after the other. */
    ROLLING_RESTART("rolling-restart", "every process restarted, one after the other", 0, 0);

    private final String id;
    private final String title;
    private final int secondsMin;
    private final int secondsMax;

    FaultKind(String id, String title, int secondsMin, int secondsMax) {
        this.id = id;
        this.title = title;
        this.secondsMin = secondsMin;
        this.secondsMax = secondsMax;
    }

    /** Its name in options and reports. */
    String id() {
        return id;
    }

    /** What it is, for people. */
    String title() {
        return title;
    }

    Duration shortest() {
        return Duration.ofSeconds(secondsMin);
    }

    Duration longest() {
        return Duration.ofSeconds(secondsMax);
    }

    /** Whether pushes and clones are expected to succeed meanwhile: at most one git server is impaired. */
    boolean isTolerated() {
        return this != TWO_KILLED;
    }

    /** Whether it happens to what passes a line, so that it does nothing where nothing passes. */
    boolean isOnLines() {
        return switch (this) {
            case ISOLATE, ONE_WAY, DELAY, THROTTLE, RESET -> true;
            case KILL, FREEZE, TWO_KILLED, DISK_FULL, DISK_LOST, DATABASE_KILLED, DATABASE_FROZEN, DATABASE_OLD,
                ROLLING_RESTART -> false;
        };
    }

    static Optional<FaultKind> named(String id) {
        return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
    }

    static List<String> ids() {
        return Arrays.stream(values()).map(FaultKind::id).toList();
    }
}
