package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.door.AddressRange;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailedSignInsTest {
    private static final InetAddress CLIENT = AddressRange.address("203.0.113.9");

    private final AtomicLong nanos = new AtomicLong();
    private final FailedSignIns failed = new FailedSignIns(
        new Bans(10, Duration.ofMinutes(10), Duration.ofSeconds(1), Optional.of(List.of("198.51.100.0/24"))),
        nanos::get);

    private void fail(InetAddress from, int times) {
        for (int i = 0; i < times; i++) {
            failed.failed(from);
        }
    }

    @Test
    void theWaitGrowsUpToItsLimit() {
        fail(CLIENT, 2);
        assertThat(failed.delay(CLIENT)).isZero();
        fail(CLIENT, 1);
        assertThat(failed.delay(CLIENT)).isEqualTo(Duration.ofMillis(100));
        fail(CLIENT, 2);
        assertThat(failed.delay(CLIENT)).isEqualTo(Duration.ofMillis(400));
        fail(CLIENT, 1000);
        assertThat(failed.delay(CLIENT)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void anAddressIsRefusedUntilTheLastFailureIsLongAgo() {
        fail(CLIENT, 9);
        assertThat(failed.refusal(CLIENT)).isEmpty();
        fail(CLIENT, 1);
        nanos.addAndGet(Duration.ofMinutes(4).toNanos());
        assertThat(failed.refusal(CLIENT)).contains("10 sign-ins from 203.0.113.9 have failed, which is the limit"
            + " (limits.bans.failures-max); try again in 360 seconds");
        assertThat(failed.refusal(AddressRange.address("203.0.113.10"))).isEmpty();
        nanos.addAndGet(Duration.ofMinutes(6).toNanos());
        assertThat(failed.refusal(CLIENT)).isEmpty();
        assertThat(failed.delay(CLIENT)).isZero();
    }

    @Test
    void thatItIsRefusedFromNowOnIsSaidOnce() {
        fail(CLIENT, 9);
        assertThat(failed.failed(CLIENT)).contains("10 sign-ins from 203.0.113.9 have failed, which is the limit"
            + " (limits.bans.failures-max); it is refused from now on");
        assertThat(failed.failed(CLIENT)).isEmpty(); // was under way
    }

    @Test
    void whoSignsInStartsAnew() {
        fail(CLIENT, 9);
        failed.succeeded(CLIENT);
        fail(CLIENT, 1);
        assertThat(failed.refusal(CLIENT)).isEmpty();
    }

    @Test
    void exceptedAddressesAreNeverRefused() {
        InetAddress office = AddressRange.address("198.51.100.7");
        fail(office, 100);
        assertThat(failed.refusal(office)).isEmpty();
        assertThat(failed.delay(office)).isZero();
    }

    @Test
    void ofIpv6TheNetworkCounts() {
        fail(AddressRange.address("2001:db8:1:2::1"), 10);
        assertThat(failed.refusal(AddressRange.address("2001:db8:1:2:ffff::2"))).isPresent();
        assertThat(failed.refusal(AddressRange.address("2001:db8:1:3::1"))).isEmpty();
    }
}
