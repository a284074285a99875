package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.trine.proto.PackFile;
import dev.trine.proto.PackHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files from a peer count only when every byte is as announced. */
class IncomingPackTest {
    private static final long MAX = 1 << 20;

    @TempDir
    private Path directory;

    private final byte[] pack = file(70_001, 1);
    private final byte[] index = file(333, 2);

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 20, 21, 4096, 100_000})
    void filesArriveWholeHoweverTheStreamIsCut(int cut) throws Exception {
        try (IncomingPack incoming = IncomingPack.into(directory, header(pack, index), MAX)) {
            send(incoming, cut, pack, index);
            incoming.finish();
            assertThat(Files.readAllBytes(incoming.file("pack"))).isEqualTo(pack);
            assertThat(Files.readAllBytes(incoming.file("idx"))).isEqualTo(index);
        }
        assertThat(leftBehind()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 35_000, 70_000, 70_001, 70_333})
    void aFlippedBitIsFound(int at) throws Exception {
        byte[] bad = concat(pack, index);
        bad[at] ^= 4;
        try (IncomingPack incoming = IncomingPack.into(directory, header(pack, index), MAX)) {
            assertThatThrownBy(() -> incoming.write(ByteString.copyFrom(bad)))
                .isInstanceOf(CorruptPackException.class).hasMessageContaining("wrong checksum");
        }
        assertThat(leftBehind()).isZero();
    }

    @Test
    void aListedSha256IsCompared() throws Exception {
        PackHeader header = header(pack, index).toBuilder()
            .setFiles(0, file("pack", pack).setSha256(ByteString.copyFrom(new byte[32]))).build();
        try (IncomingPack incoming = IncomingPack.into(directory, header, MAX)) {
            assertThatThrownBy(() -> incoming.write(ByteString.copyFrom(pack))).hasMessageContaining("SHA-256");
        }
    }

    @Test
    void aSoundPackUnderAnotherNameIsRefused() throws Exception {
        PackHeader header = header(pack, index).toBuilder().setName("0".repeat(40)).build();
        try (IncomingPack incoming = IncomingPack.into(directory, header, MAX)) {
            assertThatThrownBy(() -> incoming.write(ByteString.copyFrom(pack)))
                .hasMessageContaining("checksum of another one");
        }
    }

    @Test
    void tooFewAndTooManyBytesAreRefused() throws Exception {
        try (IncomingPack incoming = IncomingPack.into(directory, header(pack, index), MAX)) {
            incoming.write(ByteString.copyFrom(pack));
            assertThatThrownBy(incoming::finish).hasMessageContaining("ended 333 bytes before");
            incoming.write(ByteString.copyFrom(index));
            incoming.finish();
            assertThatThrownBy(() -> incoming.write(ByteString.copyFrom(new byte[1])))
                .hasMessageContaining("more bytes");
        }
    }

    @Test
    void headersThatListNonsenseAreRefusedBeforeAFileIsMade() {
        PackHeader sound = header(pack, index);
        Stream.of(
            sound.toBuilder().setName("../../etc/passwd").build(),
            sound.toBuilder().removeFiles(1).build(),
            sound.toBuilder().setFiles(1, file("pack", pack)).build(),
            sound.toBuilder().addFiles(file("../x", pack)).build(),
            sound.toBuilder().setFiles(0, file("pack", pack).setLength(MAX)).build(),
            sound.toBuilder().setFiles(0, file("pack", pack).setLength(Long.MAX_VALUE)).build(),
            sound.toBuilder().setFiles(0, file("pack", pack).setLength(-1)).build()
        ).forEach(header -> assertThatThrownBy(() -> IncomingPack.into(directory, header, MAX))
            .isInstanceOf(CorruptPackException.class));
        assertThat(leftBehind()).isZero();
    }

    private long leftBehind() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void send(IncomingPack incoming, int cut, byte[]... files) throws Exception {
        byte[] all = concat(files);
        for (int at = 0; at < all.length; at += cut) {
            incoming.write(ByteString.copyFrom(all, at, Math.min(cut, all.length - at)));
        }
    }

    private static PackHeader header(byte[] pack, byte[] index) {
        String name = HexFormat.of().formatHex(Arrays.copyOfRange(pack, pack.length - 20, pack.length));
        return PackHeader.newBuilder().setName(name).setObjects(3).addFiles(file("pack", pack))
            .addFiles(file("idx", index)).build();
    }

    private static PackFile.Builder file(String extension, byte[] content) {
        return PackFile.newBuilder().setExtension(extension).setLength(content.length);
    }

    private static byte[] file(int length, long seed) {
        byte[] content = new byte[length - 20];
        new Random(seed).nextBytes(content);
        try {
            return concat(content, MessageDigest.getInstance("SHA-1").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] concat(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(p -> p.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
