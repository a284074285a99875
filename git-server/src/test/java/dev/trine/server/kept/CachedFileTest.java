package dev.trine.server.kept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the disk is made to write what is kept, and what becomes of it if that does not succeed. */
class CachedFileTest {
    private static final int MEGABYTES = 1 << 20;

    @TempDir
    private Path directory;
    private final List<Runnable> writes = new ArrayList<>();
    private final List<IOException> lost = new ArrayList<>();

    private CachedFile file(int bytes) throws IOException {
        return file(bytes, channel -> channel.force(false));
    }

    private CachedFile file(int bytes, CachedFile.Disk disk) throws IOException {
        CachedFile file = CachedFile.create(directory.resolve("kept"), new CachedFile.Writing(writes::add, disk),
            lost::add);
        append(file, bytes);
        return file;
    }

    private static void append(CachedFile file, int bytes) throws IOException {
        for (int number = 0; number * CachedFile.BLOCK_BYTES < bytes; number++) {
            file.append(block(number), 0, CachedFile.BLOCK_BYTES);
        }
    }

    private static byte[] block(int number) {
        byte[] block = new byte[CachedFile.BLOCK_BYTES];
        Arrays.fill(block, (byte) number);
        return block;
    }

    @Test
    void itIsWrittenALittleAtATime() throws IOException {
        try (CachedFile file = file(25 * MEGABYTES)) {
            assertThat(writes).hasSize(3);
            assertThatCode(() -> writes.forEach(Runnable::run)).doesNotThrowAnyException();
            byte[] read = new byte[CachedFile.BLOCK_BYTES];
            file.read(1, read, 0, read.length);
            assertThat(read).isEqualTo(block(1));
            assertThat(lost).isEmpty();
        }
    }

    @Test
    void whatTheDiskChangedIsNotRead() throws IOException {
        try (CachedFile file = file(MEGABYTES)) {
            Files.write(directory.resolve("kept"), block(7), StandardOpenOption.WRITE);
            byte[] read = new byte[CachedFile.BLOCK_BYTES];
            assertThatThrownBy(() -> file.read(0, read, 0, read.length)).isInstanceOf(IOException.class)
                .hasMessageEndingWith("kept is not what was written, in block 0");
        }
    }

    @Test
    void whatTheDiskCouldNotWriteIsToldOnceAndReadAsLongAsItCanBe() throws IOException {
        IOException failure = new IOException("Input/output error");
        try (CachedFile file = file(9 * MEGABYTES, channel -> {
            throw failure;
        })) {
            assertThat(lost).isEmpty();
            writes.forEach(Runnable::run);
            assertThat(lost).containsExactly(failure);
            append(file, 9 * MEGABYTES);
            assertThat(writes).as("nobody needs it on disk any more").hasSize(1);
            byte[] read = new byte[CachedFile.BLOCK_BYTES];
            file.read(1, read, 0, read.length);
            assertThat(read).isEqualTo(block(1));
        }
    }

    @Test
    void aSmallOneIsLeftToTheSystem() throws IOException {
        try (CachedFile file = file(7 * MEGABYTES)) {
            assertThat(writes).isEmpty();
        }
    }

    @Test
    void whatIsGoneMeanwhileIsNotWritten() throws IOException {
        file(9 * MEGABYTES).close();
        assertThat(writes).hasSize(1);
        assertThatCode(() -> writes.getFirst().run()).doesNotThrowAnyException();
        assertThat(lost).isEmpty();
    }
}
