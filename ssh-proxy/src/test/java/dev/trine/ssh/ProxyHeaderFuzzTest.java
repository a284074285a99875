package dev.trine.ssh;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.door.AddressRange;
import dev.trine.common.fuzz.Hostile;
import dev.trine.common.text.Printable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever stands at the beginning of a connection, or in the settings as a range of addresses. */
class ProxyHeaderFuzzTest {
    private static final byte[] TEXT =
        "PROXY TCP4 203.0.113.9 192.0.2.1 56324 22\r\nSSH-2.0-x".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BINARY = HexFormat.of().parseHex(
        "0d0a0d0a000d0a515549540a" + "2111000c" + "cb007109c0000201dc040016" + "5353482d");

    @Provide
    Arbitrary<byte[]> connections() {
        Arbitrary<byte[]> beginnings = Arbitraries.oneOf(Hostile.damaged(TEXT, BINARY), Hostile.bytes(),
            Hostile.text("PROXY ", "TCP4 ", "TCP6 ", "UNKNOWN", "1.2.3.4 ", "::1 ", "5 ", "65536", "\r\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8)));
        return Combinators.combine(beginnings, Arbitraries.of(0, 0, 0, 2100)) // and what the client says after it
            .as((beginning, more) -> Arrays.copyOf(beginning, beginning.length + more));
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
    Arbitrary<byte[]> addresses() {
        return Arbitraries.of(4, 16).flatMap(size -> Arbitraries.bytes().array(byte[].class).ofSize(size));
    }

    /** However a load balancer writes it, the client's address and port arrive, and where the client's words begin. */
    @Property(tries = 3000, seed = SEED)
    void whatALoadBalancerSaysArrives(@ForAll("addresses") byte[] address, @ForAll @IntRange(max = 65_535) int port,
                                      @ForAll @IntRange(max = 300) int more) throws Exception {
        boolean four = address.length == 4;
        InetAddress client = InetAddress.getByAddress(address);
        byte[] text = ("PROXY TCP" + (four ? "4 " : "6 ") + client.getHostAddress() + (four ? " 192.0.2.1 " : " ::1 ")
            + port + " 22\r\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer binary = ByteBuffer.allocate(20 + 2 * address.length + more).put(BINARY, 0, 12).put((byte) 0x21)
            .put((byte) (four ? 0x11 : 0x21)).putShort((short) (4 + 2 * address.length + more)).put(address)
            .position(16 + 2 * address.length).putShort((short) port);
        for (byte[] header : new byte[][] {text, binary.array()}) {
            assertThat(ProxyHeader.parse(Arrays.copyOf(header, header.length + more))).isEqualTo(
                new ProxyHeader.Whole(Optional.of(new InetSocketAddress(client, port)), header.length));
        }
    }

    @Provide
    Arbitrary<String> ranges() {
        Arbitrary<String> anyBits = Combinators.combine(Arbitraries.of("10.0.0.0", "fd00::", "::"),
            Arbitraries.integers().between(-1, 200)).as((base, bits) -> base + "/" + bits);
        return Arbitraries.oneOf(anyBits, Hostile.text("10.", "0", "0.0.0/8", "192.168.0.0", "fd00::/8", "::", ":", "/",
            "128", "33", "ffff:", "%eth0", "localhost"));
    }

    @Property(tries = 5000, seed = SEED)
    void aRangeIsOneOrRefused(@ForAll("ranges") String text) {
        try {
            AddressRange range = Hostile.bounded(() -> AddressRange.parse(text));
            assertThat(range.contains(range.base())).isTrue();
            assertThat(range.bits()).isNotNegative();
            assertThat(AddressRange.parse(range.base().getHostAddress() + "/" + range.bits())).isEqualTo(range);
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isEqualTo(Printable.line(refused.getMessage()));
        }
    }
}
