package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.door.AddressRange;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TurnedAwayTest {
    private static final InetAddress CLIENT = AddressRange.address("203.0.113.9");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // a clock that is about to pass its end
    private final TurnedAway turnedAway = new TurnedAway(nanos::get);

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void ofOneAddressTheFirstIsHeardOfAndThenOneInAMinuteWithThoseBetween() {
        assertThat(turnedAway.comes(CLIENT)).contains(1L);
        passes(Duration.ofSeconds(59));
        assertThat(turnedAway.comes(CLIENT)).isEmpty();
        assertThat(turnedAway.comes(CLIENT)).isEmpty();
        passes(Duration.ofSeconds(1));
        assertThat(turnedAway.comes(CLIENT)).contains(3L);
        assertThat(turnedAway.comes(CLIENT)).isEmpty();
        passes(Duration.ofMinutes(59));
        assertThat(turnedAway.comes(CLIENT)).contains(2L);
    }

    @Test
    void anAddressIsForgottenAnHourAfterItsLast() {
        assertThat(turnedAway.comes(CLIENT)).contains(1L);
        assertThat(turnedAway.comes(CLIENT)).isEmpty();
        passes(Duration.ofHours(1));
        assertThat(turnedAway.comes(CLIENT)).contains(1L);
    }

    @Test
    void eachAddressCountsForItselfAndOfIpv6TheNetwork() {
        assertThat(turnedAway.comes(CLIENT)).contains(1L);
        assertThat(turnedAway.comes(AddressRange.address("203.0.113.10"))).contains(1L);
        assertThat(turnedAway.comes(AddressRange.address("2001:db8:1:2::1"))).contains(1L);
        assertThat(turnedAway.comes(AddressRange.address("2001:db8:1:2:ffff::2"))).isEmpty();
        assertThat(turnedAway.comes(AddressRange.address("2001:db8:1:3::1"))).contains(1L);
    }
}
