package dev.trine.common.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TurnedAwayTest {
    private static final String CLIENT = "203.0.113.9:4711";

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // a clock that is about to pass its end
    private final TurnedAway turnedAway = new TurnedAway(1, nanos::get);

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
    void whereMoreAreHeardOfInAMinuteTheFirstOfTheNextBringsThoseThatWereNot() {
        TurnedAway two = new TurnedAway(2, nanos::get);
        assertThat(two.comes(CLIENT)).contains(1L);
        passes(Duration.ofSeconds(59));
        assertThat(two.comes("203.0.113.9:4712")).contains(1L);
        assertThat(two.comes(CLIENT)).isEmpty();
        assertThat(two.comes(CLIENT)).isEmpty();
        passes(Duration.ofSeconds(1));
        assertThat(two.comes(CLIENT)).contains(3L);
        assertThat(two.comes(CLIENT)).contains(1L);
        assertThat(two.comes(CLIENT)).isEmpty();
    }

    @Test
    void ofTooManyAddressesThoseAreForgottenThatDidNotComeForLongest() {
        String other = "203.0.113.10";
        assertThat(turnedAway.comes(CLIENT)).contains(1L);
        assertThat(turnedAway.comes(other)).contains(1L);
        assertThat(turnedAway.comes(CLIENT)).isEmpty();
        for (int i = 0; i < TurnedAway.ADDRESSES_MAX - 1; i++) {
            assertThat(turnedAway.comes("host-" + i)).contains(1L);
        }
        assertThat(turnedAway.comes(CLIENT)).isEmpty();
        assertThat(turnedAway.comes(other)).contains(1L);
    }

    @Test
    void eachAddressCountsForItselfAndOfIpv6TheNetwork() {
        assertThat(turnedAway.comes(CLIENT)).contains(1L);
        assertThat(turnedAway.comes("203.0.113.10")).contains(1L);
        assertThat(turnedAway.comes("2001:db8:1:2::1")).contains(1L);
        assertThat(turnedAway.comes("2001:db8:1:2:ffff::2")).isEmpty();
        assertThat(turnedAway.comes("2001:db8:1:3::1")).contains(1L);
    }
}
