package dev.trine.common.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A value that follows its file. */
@Timeout(60)
class FileBackedTest {
    @TempDir
    private Path dir;
    private Path file;
    private boolean forbidden;
    private int reads;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(dir.resolve("value"), "old");
    }

    private String read() throws IOException {
        reads++;
        if (forbidden) {
            throw new IOException("it may not be read");
        }
        return Files.readString(file);
    }

    @Test
    void itIsReadAgainWhenItsFileHasChangedAndNotBefore() throws IOException {
        FileBacked<String> value = FileBacked.open(List.of(file), this::read);
        assertThat(value.get()).isEqualTo("old");
        assertThat(reads).isEqualTo(1);
        Files.writeString(file, "newer");
        assertThat(value.get()).isEqualTo("newer");
        Files.delete(file);
        assertThat(value.get()).as("the file is gone").isEqualTo("newer");
    }

    @Test
    void whatKeptTheFileFromBeingReadMayGoWithoutAChangeOfTheFile() throws IOException {
        FileBacked<String> value = FileBacked.open(List.of(file), this::read);
        forbidden = true;
        Files.writeString(file, "newer");
        assertThat(value.get()).isEqualTo("old");
        forbidden = false;
        while (value.get().equals("old")) {
            Thread.onSpinWait();
        }
        assertThat(value.get()).isEqualTo("newer");
    }

    @Test
    void onlySoMuchOfAFileIsRead() throws IOException {
        assertThat(FileBacked.bytes(file, 3)).containsExactly('o', 'l', 'd');
        assertThatThrownBy(() -> FileBacked.bytes(file, 2)).hasMessage(file + " is longer than 2 bytes");
        assertThatThrownBy(() -> FileBacked.bytes(Path.of("/dev/zero"), 2)).hasMessageContaining("longer than 2 bytes");
    }
}
