package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.door.AddressRange;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String REST = "SSH-2.0-client\r\n";
    private static final byte[] START = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");

    private static byte[] text(String header) {
        return (header + REST).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] binary(int command, int family, int length, String addresses) {
        byte[] body = HexFormat.of().parseHex(addresses);
        return ByteBuffer.allocate(16 + body.length + REST.length()).put(START).put((byte) command).put((byte) family)
            .putShort((short) length).put(body).put(REST.getBytes(StandardCharsets.ISO_8859_1)).array();
    }

    private static ProxyHeader whole(byte[] received, String host, int port) {
        return new ProxyHeader.Whole(Optional.of(new InetSocketAddress(AddressRange.address(host), port)),
            received.length - REST.length());
    }

    @Test
    void bothVersionsNameTheClientOfEitherFamily() {
        byte[] four = text("PROXY TCP4 203.0.113.9 192.0.2.1 56324 22\r\n");
        assertThat(ProxyHeader.parse(four)).isEqualTo(whole(four, "203.0.113.9", 56324));
        byte[] six = text("PROXY TCP6 2001:db8::9 2001:db8::1 56324 22\r\n");
        assertThat(ProxyHeader.parse(six)).isEqualTo(whole(six, "2001:db8::9", 56324));
        byte[] binaryFour = binary(0x21, 0x11, 12, "cb007109c0000201dc040016");
        assertThat(ProxyHeader.parse(binaryFour)).isEqualTo(whole(binaryFour, "203.0.113.9", 56324));
        byte[] binarySix = binary(0x21, 0x21, 39, "20010db8000000000000000000000009"
            + "20010db8000000000000000000000001dc040016" + "040000");
        assertThat(ProxyHeader.parse(binarySix)).isEqualTo(whole(binarySix, "2001:db8::9", 56324));
    }

    @Test
    void aLoadBalancerThatSpeaksForItselfNamesNobody() {
        byte[] unknown = text("PROXY UNKNOWN ffff::1 what ever\r\n");
        assertThat(ProxyHeader.parse(unknown))
            .isEqualTo(new ProxyHeader.Whole(Optional.empty(), unknown.length - REST.length()));
        byte[] local = binary(0x20, 0x00, 0, "");
        assertThat(ProxyHeader.parse(local)).isEqualTo(new ProxyHeader.Whole(Optional.empty(), 16));
        assertThat(ProxyHeader.parse(binary(0x21, 0x00, 3, "010203")))
            .isEqualTo(new ProxyHeader.Whole(Optional.empty(), 19));
    }

    @Test
    void aHeaderThatComesInPiecesIsWaitedFor() {
        for (byte[] all : new byte[][] {text("PROXY TCP4 203.0.113.9 192.0.2.1 56324 22\r\n"),
            binary(0x21, 0x11, 12, "cb007109c0000201dc040016")}) {
            for (int length = 0; length < all.length - REST.length(); length++) {
                assertThat(ProxyHeader.parse(Arrays.copyOf(all, length))).isEqualTo(new ProxyHeader.Incomplete());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HTTP/1.1\r\n", "PROXY\r\n", "PROXY \r\n", "PROXY TCP4\r\n",
        "PROXY TCP4 203.0.113.9 192.0.2.1 56324\r\n", "PROXY TCP4 localhost 192.0.2.1 56324 22\r\n",
        "PROXY TCP4 203.0.113.9 192.0.2.1 65536 22\r\n", "PROXY TCP4 203.0.113.9 192.0.2.1 -1 22\r\n",
        "PROXY TCP4 2001:db8::9 2001:db8::1 56324 22\r\n", "PROXY UDP4 203.0.113.9 192.0.2.1 56324 22\r\n",
        "PROXY TCP4  203.0.113.9 192.0.2.1 56324 22\r\n"})
    void aLineThatIsNoHeaderIsRefused(String line) {
        assertThat(ProxyHeader.parse(text(line))).isInstanceOf(ProxyHeader.Malformed.class);
    }

    @Test
    void whatIsTooLongOrNotTcpIsRefused() {
        assertThat(ProxyHeader.parse(text("PROXY UNKNOWN " + "x".repeat(200))))
            .isEqualTo(new ProxyHeader.Malformed("its PROXY header has more than 107 bytes"));
        assertThat(ProxyHeader.parse(binary(0x21, 0x11, 2049, "")))
            .isEqualTo(new ProxyHeader.Malformed("its PROXY header has more than 2064 bytes"));
        assertThat(ProxyHeader.parse(binary(0x21, 0x12, 12, "cb007109c0000201dc040016")))
            .isEqualTo(new ProxyHeader.Malformed("its PROXY header is for something else than TCP"));
        assertThat(ProxyHeader.parse(binary(0x21, 0x11, 11, "cb007109c0000201dc0400")))
            .isEqualTo(new ProxyHeader.Malformed("its PROXY header is too short for its addresses"));
        assertThat(ProxyHeader.parse(binary(0x31, 0x11, 12, "cb007109c0000201dc040016")))
            .isEqualTo(new ProxyHeader.Malformed("its PROXY header has a command that is not known"));
    }

    @Test
    void noBytesWhateverDoMoreThanFail() {
        Random random = new Random(20261122);
        byte[][] seeds = {text("PROXY TCP4 203.0.113.9 192.0.2.1 56324 22\r\n"),
            text("PROXY TCP6 2001:db8::9 2001:db8::1 56324 22\r\n"),
            binary(0x21, 0x11, 12, "cb007109c0000201dc040016"), new byte[64]};
        int whole = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = seeds[random.nextInt(seeds.length)].clone();
            for (int change = random.nextInt(4); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            if (ProxyHeader.parse(cut) instanceof ProxyHeader.Whole header) {
                whole++;
                assertThat(header.bytes()).isBetween(1, cut.length);
            }
        }
        assertThat(whole).isPositive();
    }
}
