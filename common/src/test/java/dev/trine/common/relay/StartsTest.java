package dev.trine.common.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom an exchange that begins waits for. The clock stands still, so no turn ends but as a test says. */
@Timeout(60)
class StartsTest {
    private static final GitExchange.Lane LANE = new GitExchange.Lane("alice", "g/r");

    private final AtomicLong nanos = new AtomicLong();
    private final List<Thread> all = new ArrayList<>();
    private volatile boolean late;

    @AfterEach
    void stop() {
        all.forEach(Thread::interrupt);
    }

    private Starts starts(int startingMax) {
        return new Starts(new RelaySettings(Duration.ofSeconds(1), 1, Duration.ofSeconds(1), Duration.ofSeconds(1),
            new ByteSize(1 << 20), Duration.ofSeconds(1), 1, startingMax), () -> late, nanos::get);
    }

    /** Takes turns and keeps them, on a thread that ends when it has got them all. */
    private Thread takes(Starts starts, GitProgram program, int turns) {
        return takes(() -> starts.take(program, LANE), turns);
    }

    private Thread takes(Take take, int turns) {
        Thread taking = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; i < turns; i++) {
                    take.turn();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the test is over
            }
        });
        all.add(taking);
        return taking;
    }

    private interface Take {
        FairTurns.Turn turn() throws InterruptedException;
    }

    private static void assertGoes(Thread taking) throws InterruptedException {
        taking.join(Duration.ofSeconds(30));
        assertThat(taking.isAlive()).as("it waits").isFalse();
    }

    private static void assertWaits(Thread taking) {
        while (taking.getState() != Thread.State.TIMED_WAITING) { // the first in the row, who looks again and again
            assertThat(taking.isAlive()).as("it waits").isTrue();
            Thread.onSpinWait();
        }
    }

    @Test
    void aPushDoesNotWaitForFetches() throws Exception {
        Starts starts = starts(2);
        assertGoes(takes(starts, GitProgram.UPLOAD_PACK, 2));
        assertWaits(takes(starts, GitProgram.UPLOAD_PACK, 1));
        assertGoes(takes(starts, GitProgram.RECEIVE_PACK, 2));
    }

    @Test
    void aFetchDoesNotWaitForPushes() throws Exception {
        Starts starts = starts(2);
        assertGoes(takes(starts, GitProgram.RECEIVE_PACK, 2));
        assertWaits(takes(starts, GitProgram.RECEIVE_PACK, 1));
        assertGoes(takes(starts, GitProgram.UPLOAD_PACK, 2));
    }

    @Test
    void whatMovesHoldsUpNothingThatBegins() throws Exception {
        Starts starts = starts(1);
        assertGoes(takes(() -> starts.moving().take(LANE), 1));
        assertWaits(takes(() -> starts.moving().take(LANE), 1));
        assertGoes(takes(starts, GitProgram.UPLOAD_PACK, 1));
        assertGoes(takes(starts, GitProgram.RECEIVE_PACK, 1));
    }

    @Test
    void fewFetchesBeginWhileProcessorsAreShortAndAsManyPushesAsEver() throws Exception {
        late = true;
        Starts starts = starts(8);
        assertGoes(takes(starts, GitProgram.UPLOAD_PACK, 2));
        Thread third = takes(starts, GitProgram.UPLOAD_PACK, 1);
        assertWaits(third);
        assertGoes(takes(starts, GitProgram.RECEIVE_PACK, 8));
        late = false;
        assertGoes(third);
        assertGoes(takes(starts, GitProgram.UPLOAD_PACK, 5));
        assertWaits(takes(starts, GitProgram.UPLOAD_PACK, 1));
    }

    @Test
    void oneFetchBeginsHoweverShortProcessorsAre() throws Exception {
        late = true;
        Starts starts = starts(1);
        assertGoes(takes(starts, GitProgram.UPLOAD_PACK, 1));
        assertWaits(takes(starts, GitProgram.UPLOAD_PACK, 1));
    }

    @Test
    void whoHoldsATurnForLongIsNotCountedAndLaterWhereProcessorsAreShort() throws Exception {
        late = true;
        Starts starts = starts(4);
        assertGoes(takes(starts, GitProgram.UPLOAD_PACK, 1));
        assertGoes(takes(starts, GitProgram.RECEIVE_PACK, 4));
        nanos.addAndGet(Duration.ofMillis(50).toNanos());
        Thread fetch = takes(starts, GitProgram.UPLOAD_PACK, 1);
        assertWaits(fetch);
        assertGoes(takes(starts, GitProgram.RECEIVE_PACK, 1));
        nanos.addAndGet(Duration.ofMillis(51).toNanos());
        assertGoes(fetch);
    }
}
