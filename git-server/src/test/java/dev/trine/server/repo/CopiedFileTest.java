package dev.trine.server.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file long enough to be synced while it comes. */
class CopiedFileTest {
    private static final int BYTES = 40 << 20;
    private static final int PIECE_BYTES = 250_001;

    @TempDir
    private Path directory;
    private Path path;
    private byte[] content;
    private PackCopy.Part part;

    @BeforeEach
    void make() throws Exception {
        path = directory.resolve("copy");
        content = new byte[BYTES];
        new Random(1).nextBytes(content);
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(content, 0, BYTES - 20);
        byte[] trailer = sha1.digest();
        System.arraycopy(trailer, 0, content, BYTES - 20, 20);
        part = new PackCopy.Part("pack", BYTES, new ObjectName(HexFormat.of().formatHex(trailer)));
    }

    private void write(CopiedFile file, int upTo) throws IOException {
        for (int at = (int) file.bytesHere(); at < upTo; at += PIECE_BYTES) {
            file.write(Arrays.copyOfRange(content, at, Math.min(upTo, at + PIECE_BYTES)));
        }
    }

    @Test
    void whatCameInPiecesBeforeAndAfterACutHasTheSumsOfTheWholeFile() throws Exception {
        try (CopiedFile first = CopiedFile.open(new DurableFiles(), path, part)) {
            write(first, BYTES / 3);
        }
        try (CopiedFile second = CopiedFile.open(new DurableFiles(), path, part);
             VerifiedFile whole = VerifiedFile.open(path, PackPart.PACK, new PackName(part.trailer().hex()),
                 new DurableFiles())) {
            write(second, BYTES);
            second.sync();
            assertThat(second.matches()).isTrue();
            assertThat(second.sums()).isEqualTo(whole.sum());
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(content);
    }

    @Test
    void aSyncThatFailsWhileMoreComesLeavesNothingToGoOnWith() throws Exception {
        Disk broken = new DurableFiles() {
            @Override
            public void sync(Path synced) throws IOException {
                throw new IOException("Input/output error");
            }
        };
        CopiedFile file = CopiedFile.open(broken, path, part);
        assertThatThrownBy(() -> {
            write(file, BYTES);
            file.close();
        }).isInstanceOf(IOException.class).hasMessage("Input/output error");
        file.close();
        assertThat(path).doesNotExist();
    }
}
