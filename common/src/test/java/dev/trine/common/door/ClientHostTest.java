package dev.trine.common.door;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientHostTest {
    @ParameterizedTest
    @CsvSource({"192.0.2.1, 192.0.2.1", "192.0.2.1:55, 192.0.2.1", "/192.0.2.1:55, 192.0.2.1",
        "host.example/192.0.2.1:55, 192.0.2.1", "2001:db8:0:7::1, 20010db800000007",
        "/[2001:db8:0:7:0:0:0:2]:55, 20010db800000007", "[2001:db8:0:8::1]:55, 20010db800000008",
        "::ffff:192.0.2.1, 192.0.2.1", "'', ''", "x:y:z, x:y:z"})
    void anAddressCountsWithoutItsPortAndAsANetworkInIpv6(String given, String host) {
        assertThat(ClientHost.of(given)).isEqualTo(host);
    }
}
