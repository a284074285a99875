package dev.trine.server.kept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the disk is made to write what is kept. */
class CachedFileTest {
    private static final byte[] BLOCK = new byte[CachedFile.BLOCK_BYTES];
    private static final int MEGABYTES = 1 << 20;

    @TempDir
    private Path directory;
    private final List<Runnable> writes = new ArrayList<>();

    private CachedFile file(int bytes) throws IOException {
        CachedFile file = CachedFile.create(directory.resolve("kept"), writes::add);
        for (int appended = 0; appended < bytes; appended += BLOCK.length) {
            file.append(BLOCK, 0, BLOCK.length);
        }
        return file;
    }

    @Test
    void itIsWrittenALittleAtATime() throws IOException {
        try (CachedFile file = file(25 * MEGABYTES)) {
            assertThat(writes).hasSize(3);
            assertThatCode(() -> writes.forEach(Runnable::run)).doesNotThrowAnyException();
            byte[] read = new byte[BLOCK.length];
            file.read(1, read, 0, read.length);
            assertThat(read).isEqualTo(BLOCK);
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
    }
}
