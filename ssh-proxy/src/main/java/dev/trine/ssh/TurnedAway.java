package dev.trine.ssh;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.trine.common.door.AddressRange;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Which of the connections that are turned away the audit hears of: of those from one address the first, and then one
 * in a minute, so that nobody drives out other lines by coming again and again. Any thread.
 */
final class TurnedAway {
    private static final Duration APART = Duration.ofMinutes(1);
    private static final Duration REMEMBERED = Duration.ofHours(1);
    private static final int ADDRESSES_MAX = 100_000;

    private final Cache<AddressRange, Tally> tallies;
    private final Ticker ticker;

    TurnedAway(Ticker ticker) {
        this.ticker = ticker;
        this.tallies = Caffeine.newBuilder().maximumSize(ADDRESSES_MAX).expireAfterWrite(REMEMBERED).ticker(ticker)
            .build();
    }

    /**
     * What is known of one address.
     *
     * @param heardNanos when the audit last heard
     * @param unheard    how many came since
     * @param heard      how many it is told of with the one that came last, itself included; empty: it is not told
     */
    private record Tally(long heardNanos, long unheard, Optional<Long> heard) {
    }

    /** One more from there: how many the audit is to hear of now, this one included; empty: it is not to hear now. */
    Optional<Long> comes(InetAddress from) {
        long now = ticker.read();
        return tallies.asMap().compute(AddressRange.ofSubscriber(from), (subscriber, before) -> {
            if (before == null) {
                return new Tally(now, 0, Optional.of(1L));
            }
            long unheard = before.unheard() + 1;
            return now - before.heardNanos() < APART.toNanos()
                ? new Tally(before.heardNanos(), unheard, Optional.empty()) : new Tally(now, 0, Optional.of(unheard));
        }).heard();
    }
}
