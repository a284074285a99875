package dev.trine.ssh;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.door.AddressRange;
import dev.trine.common.fuzz.Hostile;
import dev.trine.common.text.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever stands at the beginning of a connection, or in the settings as a range of addresses. */
class ProxyHeaderFuzzTest {
    private static final byte[] TEXT =
        "PROXY TCP4 203.0.113.9 192.0.2.1 56324 22\r\nSSH-2.0-x".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BINARY = HexFormat.of().parseHex(
        "0d0a0d0a000d0a515549540a" + "2111000c" + "cb007109c0000201dc040016" + "5353482d");

    @Provide
    Arbitrary<byte[]> connections() {
        return Arbitraries.oneOf(Hostile.damaged(TEXT, BINARY), Hostile.bytes(),
            Hostile.text("PROXY ", "TCP4 ", "TCP6 ", "UNKNOWN", "1.2.3.4 ", "::1 ", "5 ", "65536", "\r\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8)));
    }

    @Property(tries = 10_000, seed = SEED)
    void aHeaderIsWholeOrUnfinishedOrNone(@ForAll("connections") byte[] received) {
        switch (Hostile.bounded(() -> ProxyHeader.parse(received))) {
            case ProxyHeader.Incomplete incomplete ->
                assertThat(received).hasSizeLessThan(ProxyHeader.BYTES_MAX);
            case ProxyHeader.Malformed malformed ->
                assertThat(malformed.why()).isEqualTo(Printable.line(malformed.why()));
            case ProxyHeader.Whole whole -> {
                assertThat(whole.bytes()).isBetween(1, received.length);
                assertThat(ProxyHeader.parse(Arrays.copyOf(received, whole.bytes()))).isEqualTo(whole);
                for (int length = 0; length < whole.bytes(); length++) {
                    assertThat(ProxyHeader.parse(Arrays.copyOf(received, length)))
                        .isInstanceOf(ProxyHeader.Incomplete.class);
                }
            }
        }
    }

    @Provide
    Arbitrary<String> ranges() {
        return Hostile.text("10.", "0", "0.0.0/8", "192.168.0.0", "fd00::/8", "::", ":", "/", "128", "33", "ffff:",
            "%eth0",
            "localhost");
    }

    @Property(tries = 5000, seed = SEED)
    void aRangeIsOneOrRefused(@ForAll("ranges") String text) {
        try {
            AddressRange range = Hostile.bounded(() -> AddressRange.parse(text));
            assertThat(range.contains(range.base())).isTrue();
            assertThat(AddressRange.parse(range.base().getHostAddress() + "/" + range.bits())).isEqualTo(range);
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isEqualTo(Printable.line(refused.getMessage()));
        }
    }
}
