package dev.trine.common.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    private static boolean contains(String range, String address) {
        return AddressRange.parse(range).contains(AddressRange.address(address));
    }

    @Test
    void aRangeContainsTheAddressesThatBeginAsItDoes() {
        assertThat(contains("10.0.0.0/8", "10.255.1.2")).isTrue();
        assertThat(contains("10.0.0.0/8", "11.0.0.0")).isFalse();
        assertThat(contains("192.0.2.128/25", "192.0.2.127")).isFalse();
        assertThat(contains("192.0.2.128/25", "192.0.2.255")).isTrue();
        assertThat(contains("0.0.0.0/0", "192.0.2.1")).isTrue();
        assertThat(contains("0.0.0.0/0", "::1")).isFalse();
        assertThat(contains("192.0.2.1", "192.0.2.1")).isTrue();
        assertThat(contains("192.0.2.1", "192.0.2.2")).isFalse();
        assertThat(contains("fd00::/8", "fdff::1")).isTrue();
        assertThat(contains("::1", "::1")).isTrue();
        assertThat(contains("::ffff:192.0.2.0/24", "192.0.2.9")).as("IPv4 written as IPv6").isTrue();
    }

    @Test
    void aSubscriberHasOneAddressOrANetworkOfIpv6() {
        assertThat(AddressRange.ofSubscriber(AddressRange.address("192.0.2.1")))
            .isEqualTo(AddressRange.parse("192.0.2.1/32"));
        assertThat(AddressRange.ofSubscriber(AddressRange.address("2001:db8:1:2:3:4:5:6")))
            .isEqualTo(AddressRange.parse("2001:db8:1:2::/64"))
            .isNotEqualTo(AddressRange.ofSubscriber(AddressRange.address("2001:db8:1:3::1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.0.0.0/33", "10.0.0/8", "256.1.1.1", "1.2.3.4.5", "10.0.0.0/", "::/129",
        "10.0.0.0/-1", "fd00::g", "abc", "12", ":", "1.1.1.1 ", "fe80::1%eth0", "[::1]"})
    void namesAndNonsenseAreNotLookedUpButRefused(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
