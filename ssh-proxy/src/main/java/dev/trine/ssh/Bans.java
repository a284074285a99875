package dev.trine.ssh;

import dev.trine.common.config.Default;
import dev.trine.common.door.AddressRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of addresses from which sign-ins fail.
 *
 * @param failuresMax connections that tried to sign in with what does not, each not later than ban-for after the one
 *                    before, after which the address is refused
 * @param banFor      how long a failure counts, and how long an address is refused after the last one
 * @param delayMax    longest wait before the answer to a refused attempt, up to a minute
 * @param except      addresses, like 10.0.0.0/8, from which failures do not count; unset: this machine's own
 */
public record Bans(@Default("20") int failuresMax, @Default("10m") Duration banFor, @Default("3s") Duration delayMax,
                   Optional<List<String>> except) {
    private static final Duration DELAY_MOST = Duration.ofMinutes(1);

    public Bans {
        except = except.map(List::copyOf);
        except.ifPresent(ranges -> ranges.forEach(AddressRange::parse));
        if (delayMax.compareTo(DELAY_MOST) > 0) {
            throw new IllegalArgumentException("delay-max is at most 1m: a refused client's thread waits with it");
        }
        if (failuresMax < 1 || banFor.toMillis() < 1) {
            throw new IllegalArgumentException("failures-max is at least 1, and ban-for longer than nothing");
        }
    }

    List<AddressRange> excepted() {
        return except.orElse(List.of("127.0.0.0/8", "::1")).stream().map(AddressRange::parse).toList();
    }
}
