package dev.trine.common.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * When the parts of one large answer move: by turns with other answers. A client that is slow himself waits for none
 * while processors are idle, as he needs little of them; else few that are slow would hold up all that are not. Used by
 * one thread.
 */
final class Moves {
    /** Whoever takes longer for a part waits for his client or the node. */
    static final Duration WORKS = Duration.ofMillis(20);

    private final FairTurns turns;
    private final GitExchange.Lane lane;
    private final BooleanSupplier processorsAreShort;
    private final LongSupplier nanoTime;
    private boolean slow;

    Moves(FairTurns turns, GitExchange.Lane lane, BooleanSupplier processorsAreShort, LongSupplier nanoTime) {
        this.turns = turns;
        this.lane = lane;
        this.processorsAreShort = processorsAreShort;
        this.nanoTime = nanoTime;
    }

    /** What moves a part. */
    interface Part<T> {
        T move() throws IOException, InterruptedException;
    }

    /** Waits until the next part may move, and moves it. */
    <T> T next(Part<T> part) throws IOException, InterruptedException {
        Optional<FairTurns.Turn> turn = slow && !processorsAreShort.getAsBoolean() ? Optional.empty()
            : Optional.of(turns.take(lane));
        long begun = nanoTime.getAsLong();
        try {
            return part.move();
        } finally {
            turn.ifPresent(FairTurns.Turn::close);
            slow = nanoTime.getAsLong() - begun > WORKS.toNanos();
        }
    }
}
