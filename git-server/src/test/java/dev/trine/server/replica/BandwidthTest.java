package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BandwidthTest {
    private final AtomicLong now = new AtomicLong(TimeUnit.HOURS.toNanos(1));
    private final Bandwidth bandwidth = new Bandwidth(1_000, now::get);

    private long claimMillis(long bytes) {
        return TimeUnit.NANOSECONDS.toMillis(bandwidth.claim(bytes));
    }

    @Test
    void claimsFollowEachOther() {
        assertThat(claimMillis(100)).isBetween(0L, 100L);
        assertThat(claimMillis(1_000)).isBetween(1_000L, 1_100L);
        assertThat(claimMillis(500)).isBetween(1_500L, 1_600L);
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_500));
        assertThat(claimMillis(100)).isBetween(100L, 200L);
    }

    @Test
    void whatWasNotUsedForLongIsNotSaved() {
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(claimMillis(1_100)).isBetween(1_000L, 1_100L);
    }

    @Test
    void oneClaimIsAFifthOfASecondAtMost() {
        assertThat(bandwidth.claimBytes(1 << 20)).isEqualTo(200);
        assertThat(new Bandwidth(0, now::get).claimBytes(1 << 20)).isEqualTo(1 << 20);
        assertThat(new Bandwidth(Long.MAX_VALUE, now::get).claimBytes(1 << 20)).isEqualTo(1 << 20);
    }

    @Test
    void noLimitNeverWaits() throws InterruptedException {
        new Bandwidth(0, now::get).take("n1", Long.MAX_VALUE);
    }
}
