package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.door.AddressRange;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardedHeaderTest {
    private static final List<AddressRange> TRUSTED =
        List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("fd00::/8"));

    private static String client(ForwardedHeader header, String... values) {
        return header.client(Arrays.asList(values), TRUSTED).map(address -> address.getHostAddress()).orElse("-");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "198.51.100.7|198.51.100.7", "198.51.100.7:4711|198.51.100.7", "198.51.100.7, 10.1.2.3|198.51.100.7",
        "6.6.6.6, 198.51.100.7, 10.1.2.3, fd00::1|198.51.100.7", "10.9.9.9, 10.1.2.3|10.9.9.9",
        "2001:db8::9|2001:db8:0:0:0:0:0:9", "[2001:db8::9]:4711|2001:db8:0:0:0:0:0:9", "6.6.6.6, unknown|-",
        "6.6.6.6, |-", "example.org|-", "1.2.3.4.5|-", "''|-"})
    void ofAddressesTheLastThatIsNoProxyIsTheClient(String value, String client) {
        assertThat(client(ForwardedHeader.X_FORWARDED_FOR, value)).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "for=198.51.100.7|198.51.100.7", "For=\"198.51.100.7:4711\";proto=https|198.51.100.7",
        "by=10.0.0.1 ; for=\"[2001:db8::9]:4711\"|2001:db8:0:0:0:0:0:9",
        "for=6.6.6.6, for=198.51.100.7;by=10.0.0.1, for=10.0.0.2|198.51.100.7", "for=6.6.6.6, for=_hidden|-",
        "for=6.6.6.6, proto=https|-", "198.51.100.7|-"})
    void ofPairsThoseNamedForAreTaken(String value, String client) {
        assertThat(client(ForwardedHeader.FORWARDED, value)).isEqualTo(client);
    }

    @Test
    void furtherFieldsOfTheNameGoOnWhereTheFirstEnds() {
        assertThat(client(ForwardedHeader.X_FORWARDED_FOR, "6.6.6.6", "198.51.100.7, 10.0.0.1"))
            .isEqualTo("198.51.100.7");
        assertThat(client(ForwardedHeader.X_FORWARDED_FOR)).isEqualTo("-");
    }

    @Test
    void whateverComesIsReadOrLeftAlone() {
        Random random = new Random(4);
        String alphabet = "for=\"[]:;,. 0129afFO_-\t";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder value = new StringBuilder();
            random.ints(random.nextInt(40), 0, alphabet.length()).forEach(at -> value.append(alphabet.charAt(at)));
            for (ForwardedHeader header : ForwardedHeader.values()) {
                assertThat(header.client(List.of(value.toString()), TRUSTED)).isNotNull();
            }
        }
    }
}
