package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists that ssh-keygen writes. */
class RevocationListTest {
    @TempDir
    private Path dir;
    private byte[] authority;

    @BeforeEach
    void makeKeys() throws Exception {
        for (String name : new String[] {"authority", "a", "b", "c", "d"}) {
            SshDoor.keygen(dir, "-t", "ed25519", "-N", "", "-f", name);
        }
        authority = wire("authority");
    }

    private byte[] wire(String name) throws IOException {
        return SshDoor.wire(dir.resolve(name + ".pub"));
    }

    private byte[] list(String... lines) throws Exception {
        Files.write(dir.resolve("spec"), Arrays.asList(lines));
        SshDoor.keygen(dir, "-k", "-f", "krl", "-s", "authority.pub", "spec");
        return Files.readAllBytes(dir.resolve("krl"));
    }

    @Test
    void serialNumbersAreRevokedOneByOneInRangesAndInBits() throws Exception {
        String[] dense = IntStream.range(0, 200).filter(i -> i % 3 != 0).mapToObj(i -> "serial: " + (5000 + i))
            .toArray(String[]::new);
        RevocationList bits = RevocationList.parse(list(dense));
        assertThat(IntStream.range(0, 200).filter(i -> bits.revokesCertificate(authority, 5000 + i, "")).boxed())
            .containsExactlyElementsOf(IntStream.range(0, 200).filter(i -> i % 3 != 0).boxed().toList());
        RevocationList ranges = RevocationList.parse(
            list("serial: 1", "serial: 1000-2000", "serial: 18446744073709551610-18446744073709551615"));
        assertThat(List.of(1L, 1000L, 1500L, 2000L, -1L, -6L)).allMatch(
            serial -> ranges.revokesCertificate(authority, serial, "x"));
        assertThat(List.of(0L, 2L, 999L, 2001L, -7L)).noneMatch(
            serial -> ranges.revokesCertificate(authority, serial, "x"));
        assertThat(ranges.revokesCertificate(wire("a"), 1, "x")).as("another authority's").isFalse();
    }

    @Test
    void serialNumbersHaveNoSign() throws Exception {
        RevocationList range = RevocationList.parse(list("serial: 5-18446744073709551614"));
        assertThat(List.of(5L, Long.MAX_VALUE, Long.MIN_VALUE, -2L)).allMatch(
            serial -> range.revokesCertificate(authority, serial, ""));
        assertThat(List.of(4L, -1L)).noneMatch(serial -> range.revokesCertificate(authority, serial, ""));
        RevocationList bits = RevocationList.parse(RevocationListFuzzTest.list(RevocationListFuzzTest.bits(
            Long.MAX_VALUE, 0b101), RevocationListFuzzTest.bits(-2, 0b100101)));
        assertThat(List.of(Long.MAX_VALUE, Long.MIN_VALUE + 1, -2L)).allMatch(
            serial -> bits.revokesCertificate(authority, serial, ""));
        assertThat(List.of(Long.MIN_VALUE, -1L, 3L)).as("what would be beyond the greatest").noneMatch(
            serial -> bits.revokesCertificate(authority, serial, ""));
    }

    @Test
    void theHighestBitIsNoSignEither() throws Exception {
        RevocationList bits = RevocationList.parse(RevocationListFuzzTest.list(
            RevocationListFuzzTest.bits(300, 0b10000001)));
        assertThat(IntStream.range(295, 315).filter(serial -> bits.revokesCertificate(authority, serial, "")))
            .containsExactly(300, 307);
    }

    @Test
    void aPartThatIsNotKnownIsNotPassedOver() {
        byte[] unknown = RevocationListFuzzTest.part(0x24, RevocationListFuzzTest.longs(7));
        byte[] list = RevocationListFuzzTest.list();
        byte[] longer = Arrays.copyOf(list, list.length + unknown.length);
        System.arraycopy(unknown, 0, longer, list.length, unknown.length);
        for (byte[] file : List.of(RevocationListFuzzTest.list(unknown), longer)) {
            assertThatThrownBy(() -> RevocationList.parse(file)).isInstanceOf(IOException.class)
                .hasMessageContaining("a part that this version does not know");
        }
    }

    @Test
    void theSerialNumberOfWhoNumbersNothingIsNotRevoked() throws Exception {
        for (byte[] part : List.of(RevocationListFuzzTest.part(0x20, RevocationListFuzzTest.longs(0, 1)),
            RevocationListFuzzTest.part(0x21, RevocationListFuzzTest.longs(0, 1)),
            RevocationListFuzzTest.bits(0, 0b11))) {
            RevocationList list = RevocationList.parse(RevocationListFuzzTest.list(part));
            assertThat(list.revokesCertificate(authority, 0, "")).isFalse();
            assertThat(list.revokesCertificate(authority, 1, "")).isTrue();
        }
    }

    @Test
    void aLengthThatCannotBeIsSaidToBeDamageAndTakesNoMemory() throws Exception {
        byte[] good = RevocationListFuzzTest.list();
        int comment = 12 + 3 * Long.BYTES + Integer.BYTES;
        for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, good.length}) {
            byte[] bad = ByteBuffer.wrap(good.clone()).putInt(comment, length).array();
            assertThat(refusal(bad)).hasValueSatisfying(why -> assertThat(why).contains("cut off or damaged"));
        }
    }

    /** Why that is no list; empty: it is one. What takes all memory fails here: alone it would end the run. */
    private static Optional<String> refusal(byte[] bytes) {
        try {
            RevocationList.parse(bytes);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        } catch (OutOfMemoryError e) {
            throw new AssertionError("it takes all memory: " + e.getMessage());
        }
    }

    @Test
    void keyIdsAreRevoked() throws Exception {
        RevocationList list = RevocationList.parse(list("id: lost", "id: stolen"));
        assertThat(list.revokesCertificate(authority, 0, "lost")).isTrue();
        assertThat(list.revokesCertificate(authority, 0, "stolen")).isTrue();
        assertThat(list.revokesCertificate(authority, 0, "mine")).isFalse();
    }

    @Test
    void keysAreRevokedThemselvesAndByBothFingerprints() throws Exception {
        RevocationList list = RevocationList.parse(list("key: " + Files.readString(dir.resolve("a.pub")).strip(),
            "sha1: " + Files.readString(dir.resolve("b.pub")).strip(),
            "sha256: " + Files.readString(dir.resolve("c.pub")).strip()));
        assertThat(list.revokesKey(wire("a"))).isTrue();
        assertThat(list.revokesKey(wire("b"))).isTrue();
        assertThat(list.revokesKey(wire("c"))).isTrue();
        assertThat(list.revokesKey(wire("d"))).isFalse();
    }

    @Test
    void damageOfAnyKindIsSaidToBeDamage() throws Exception {
        byte[] good = list("serial: 1-9", "serial: 77", "id: lost", "sha256: "
            + Files.readString(dir.resolve("c.pub")).strip());
        assertThatThrownBy(() -> RevocationList.parse("ssh-ed25519 AAAA".getBytes()))
            .isInstanceOf(IOException.class).hasMessageContaining("not a key revocation list");
        for (int at : new int[] {0, 11}) { // what it is, and in which format
            byte[] other = good.clone();
            other[at]++;
            assertThatThrownBy(() -> RevocationList.parse(other)).isInstanceOf(IOException.class)
                .hasMessageContaining("not a key revocation list");
        }
        assertThatThrownBy(() -> RevocationList.parse(Arrays.copyOf(good, good.length - 1)))
            .isInstanceOf(IOException.class).hasMessageContaining("cut off or damaged");
        Random random = new Random(20261122);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(13, good.length + 8));
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                bad[random.nextInt(12, bad.length)] = (byte) random.nextInt();
            }
            refused += refusal(bad).isPresent() ? 1 : 0;
        }
        assertThat(refused).isBetween(10_000, 19_999);
    }
}
