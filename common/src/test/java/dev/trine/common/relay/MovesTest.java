package dev.trine.common.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for a turn with the next part of his answer: another client has the only one all the time. */
@Timeout(60)
class MovesTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean processorsAreShort = new AtomicBoolean();
    private final FairTurns turns =
        new FairTurns(() -> new FairTurns.Bound(1, Duration.ofHours(1)), nanos::get);
    private final Moves moves = moves("slow");

    private Moves moves(String who) {
        return new Moves(turns, new GitExchange.Lane(who, "a"), processorsAreShort::get, nanos::get);
    }

    private String slowly() {
        nanos.addAndGet(Moves.WORKS.toNanos() + 1);
        return "moved";
    }

    /** Whether a part waits until the other client's turn is over. */
    private boolean waits() throws Exception {
        CountDownLatch moved = new CountDownLatch(1);
        Thread next = Thread.ofPlatform().unstarted(() -> {
            try {
                moves.next(() -> {
                    moved.countDown();
                    return "";
                });
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        boolean waited = moves("other").next(() -> {
            next.start();
            while (moved.getCount() > 0 && next.getState() != Thread.State.WAITING
                && next.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            return moved.getCount() > 0;
        });
        next.join();
        return waited;
    }

    @Test
    void whoIsFastWaitsForHisTurn() throws Exception {
        assertThat(moves.next(() -> "moved")).isEqualTo("moved");
        assertThat(waits()).isTrue();
    }

    @Test
    void whoIsSlowHimselfWaitsForNone() throws Exception {
        assertThat(moves.next(this::slowly)).isEqualTo("moved");
        assertThat(waits()).isFalse();
        assertThat(waits()).as("he was fast just now").isTrue();
    }

    @Test
    void whereProcessorsAreShortEverybodyWaits() throws Exception {
        moves.next(this::slowly);
        processorsAreShort.set(true);
        assertThat(waits()).isTrue();
    }
}
