package dev.trine.ssh;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.trine.common.door.AddressRange;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers addresses from which sign-ins failed: such clients wait longer and longer for their next answer, and after
 * too many are refused for a while. Of IPv6, the first half of an address counts, which is what one subscriber has. Any
 * thread.
 */
final class FailedSignIns {
    private static final Logger LOG = LoggerFactory.getLogger(FailedSignIns.class);
    private static final int ADDRESSES_MAX = 100_000;
    private static final int FREE = 3;
    private static final long DELAY_FIRST_MILLIS = 100;
    private static final int DOUBLINGS_MAX = 20;

    private final Cache<AddressRange, Integer> failures;
    private final Bans bans;
    private final List<AddressRange> excepted;

    FailedSignIns(Bans bans, Ticker ticker) {
        this.bans = bans;
        this.excepted = bans.excepted();
        this.failures = Caffeine.newBuilder().maximumSize(ADDRESSES_MAX).expireAfterWrite(bans.banFor()).ticker(ticker)
            .build();
    }

    /** A connection from there ended without a sign-in after it tried; what begins with that, in a sentence. */
    Optional<String> failed(InetAddress from) {
        if (AddressRange.anyContains(excepted, from)) {
            return Optional.empty();
        }
        int count = failures.asMap().merge(AddressRange.ofSubscriber(from), 1, Integer::sum);
        if (count != bans.failuresMax()) {
            return Optional.empty();
        }
        LOG.atWarn().addKeyValue("address", from.getHostAddress()).addKeyValue("failures", count)
            .log("an address is refused for a while after too many failed sign-ins");
        return Optional.of(tooMany(from) + "; it is refused from now on");
    }

    /** Somebody signed in from there. */
    void succeeded(InetAddress from) {
        failures.invalidate(AddressRange.ofSubscriber(from));
    }

    /** Why a client from there may not even try, in a sentence; empty: it may. */
    Optional<String> refusal(InetAddress from) {
        return count(from) < bans.failuresMax() ? Optional.empty()
            : Optional.of(tooMany(from) + "; try again in " + Math.max(1, remaining(from).toSeconds()) + " seconds");
    }

    private String tooMany(InetAddress from) {
        return bans.failuresMax() + " sign-ins from " + from.getHostAddress() + " have failed, which is the limit"
            + " (limits.bans.failures-max)";
    }

    /** How long a client from there waits for the answer to a refused attempt. */
    Duration delay(InetAddress from) {
        int more = count(from) - FREE;
        Duration grown = Duration.ofMillis(DELAY_FIRST_MILLIS << Math.clamp(more, 0, DOUBLINGS_MAX));
        return more < 0 ? Duration.ZERO : grown.compareTo(bans.delayMax()) < 0 ? grown : bans.delayMax();
    }

    /** Lets a refused client wait. */
    void pause(InetAddress from) {
        try {
            Thread.sleep(delay(from));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the proxy stops
        }
    }

    private int count(InetAddress from) {
        Integer count = AddressRange.anyContains(excepted, from) ? null
            : failures.getIfPresent(AddressRange.ofSubscriber(from));
        return count == null ? 0 : count;
    }

    private Duration remaining(InetAddress from) {
        return failures.policy().expireAfterWrite().flatMap(expiry -> expiry.ageOf(AddressRange.ofSubscriber(from)))
            .map(bans.banFor()::minus).orElse(Duration.ZERO);
    }
}
