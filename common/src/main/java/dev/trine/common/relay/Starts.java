package dev.trine.common.relay;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * When exchanges begin, and when large answers move. Where threads wait for processors, few that read begin at once:
 * hundreds would all be late, and with them who pushes, elsewhere. Pushes never wait for those that read. Called by
 * many threads.
 */
final class Starts {
    /** Whoever has a turn for so long needs no processor: he waits for his client, a node or the router. */
    private static final Duration WORKS = Duration.ofMillis(20);
    /** The same where processors are what is waited for. */
    private static final Duration WORKS_LATE = Duration.ofMillis(100);
    private static final int FEW = 4;

    private final FairTurns reading;
    private final FairTurns pushing;
    private final FairTurns moving;

    Starts(RelaySettings settings) {
        this(settings, new ProcessorDelay()::isLong, System::nanoTime);
    }

    /**
     * Tells by these when fewer begin, and when a turn does not count any more.
     *
     * @param late whether threads wait for processors
     */
    Starts(RelaySettings settings, BooleanSupplier late, LongSupplier nanoTime) {
        FairTurns.Bound many = new FairTurns.Bound(settings.startingAtOnce(), WORKS);
        FairTurns.Bound few = new FairTurns.Bound(Math.max(1, settings.startingAtOnce() / FEW), WORKS_LATE);
        FairTurns.Bound moved = new FairTurns.Bound(settings.movingAtOnce(), WORKS);
        reading = new FairTurns(() -> late.getAsBoolean() ? few : many, nanoTime);
        pushing = new FairTurns(() -> many, nanoTime);
        moving = new FairTurns(() -> moved, nanoTime);
    }

    /** Waits until an exchange may begin. */
    FairTurns.Turn take(GitProgram program, GitExchange.Lane lane) throws InterruptedException {
        return switch (program) {
            case UPLOAD_PACK -> reading.take(lane);
            case RECEIVE_PACK -> pushing.take(lane);
        };
    }

    /** What waits until a part of a large answer may move. */
    FairTurns moving() {
        return moving;
    }
}
