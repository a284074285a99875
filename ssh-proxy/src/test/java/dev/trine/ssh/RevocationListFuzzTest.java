package dev.trine.ssh;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.fuzz.Hostile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a file of revoked keys holds, it is a list, or refused whole: half a list would let somebody in. */
class RevocationListFuzzTest {
    private static final byte[] KEY = "a key".getBytes(StandardCharsets.US_ASCII);

    /** A list as PROTOCOL.krl has it: one authority's serial numbers, one range, bits, a key id, and one plain key. */
    private static byte[] sound() {
        byte[] serials = part(0x20, longs(5, 9));
        byte[] range = part(0x21, longs(100, 200));
        byte[] ids = part(0x23, string("lost".getBytes(StandardCharsets.US_ASCII)));
        return join(list(serials, range, bits(300, 5), ids), part(2, string(KEY)));
    }

    /** A list of certificates of every authority. */
    static byte[] list(byte[]... parts) {
        return join(longs(0x5353484b524c0a00L), new byte[] {0, 0, 0, 1}, longs(1, 2, 0), string(new byte[0]),
            string("remark".getBytes(StandardCharsets.US_ASCII)),
            part(1, join(string(new byte[0]), string(new byte[0]), join(parts))));
    }

    /** Those serial numbers from the first on whose bit is set. */
    static byte[] bits(long first, int set) {
        return part(0x22, join(longs(first), string(new byte[] {(byte) set})));
    }

    static byte[] part(int type, byte[] content) {
        return join(new byte[] {(byte) type}, string(content));
    }

    private static byte[] string(byte[] content) {
        return ByteBuffer.allocate(4 + content.length).putInt(content.length).put(content).array();
    }

    static byte[] longs(long... values) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * values.length);
        for (long value : values) {
            buffer.putLong(value);
        }
        return buffer.array();
    }

    private static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(10_000);
        for (byte[] part : parts) {
            all.put(part);
        }
        byte[] result = new byte[all.position()];
        all.flip().get(result);
        return result;
    }

    @Provide
    Arbitrary<byte[]> files() {
        return Arbitraries.oneOf(Hostile.damaged(sound()), Hostile.bytes());
    }

    @Property(tries = 5000, seed = SEED)
    void aFileIsAListOrRefused(@ForAll("files") byte[] file) {
        Hostile.bounded(() -> {
            try {
                RevocationList list = RevocationList.parse(file);
                list.revokesKey(KEY);
                list.revokesCertificate(KEY, 301, "lost");
                list.revokesCertificate(KEY, -1, "");
            } catch (IOException refused) {
                assertThat(refused.getMessage()).contains("revocation list");
            }
            return true;
        });
    }

    @Property(tries = 200, seed = SEED)
    void aListThatWasCutOffIsRefusedUnlessItEndsBetweenTwoParts(@ForAll("lengths") int length) throws IOException {
        byte[] whole = sound();
        assertThat(RevocationList.parse(whole).revokesKey(KEY)).isTrue();
        assertThat(RevocationList.parse(whole).revokesCertificate(KEY, 302, "")).isTrue();
        byte[] cut = java.util.Arrays.copyOf(whole, length);
        try {
            assertThat(RevocationList.parse(cut).revokesKey(KEY)).isFalse();
        } catch (IOException refused) {
            assertThat(refused.getMessage()).contains("revocation list");
        }
    }

    @Provide
    Arbitrary<Integer> lengths() {
        return Arbitraries.integers().between(0, sound().length - 1);
    }
}
