package dev.trine.common.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way to change an audit by one step, tried on all of it. */
class AuditVerificationTest {
    @TempDir
    private Path directory;
    private AuditRoom room;

    @BeforeEach
    void write() throws Exception {
        room = new AuditRoom(directory);
        room.write(14);
        assertThat(room.files()).hasSize(2);
        assertThat(room.verify().holds()).isTrue();
    }

    /** Reads it all, and awaits the end of no line. */
    private Verification verify(Verification.Opening opening) throws IOException {
        return Verification.of(directory, opening, Duration.ZERO);
    }

    private void changed(Path file, byte[] to, String what) throws Exception {
        byte[] was = Files.readAllBytes(file);
        Files.write(file, to);
        assertThat(verify(Files::newInputStream).holds()).as(what).isFalse();
        Files.write(file, was);
    }

    private void changed(Path file, List<String> to, String what) throws Exception {
        changed(file, to.isEmpty() ? new byte[0] : (String.join("\n", to) + "\n").getBytes(), what);
    }

    @Test
    void anyChangeOfAnyByteIsFound() throws Exception {
        for (Path file : room.files()) {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at < bytes.length; at++) {
                for (int change : new int[] {1, 0x20, 0x80, bytes[at] ^ '\n', bytes[at] ^ '"'}) {
                    if (change != 0) {
                        byte[] other = bytes.clone();
                        other[at] ^= (byte) change;
                        changed(file, other, file + " byte " + at + " xor " + change);
                    }
                }
            }
        }
    }

    @Test
    void anyLineThatIsTakenOutPutInOrMovedIsFound() throws Exception {
        for (Path file : room.files()) {
            boolean newest = file.equals(room.files().getLast());
            List<String> lines = Files.readAllLines(file);
            for (int at = 0; at < lines.size(); at++) {
                if (!newest || at < lines.size() - 1) {
                    List<String> without = new ArrayList<>(lines);
                    without.remove(at);
                    changed(file, without, "line " + at + " taken out");
                }
                List<String> twice = new ArrayList<>(lines);
                twice.add(at, lines.get(at));
                changed(file, twice, "line " + at + " twice");
                if (at > 0) {
                    List<String> moved = new ArrayList<>(lines);
                    Collections.swap(moved, at - 1, at);
                    changed(file, moved, "line " + at + " moved");
                }
            }
        }
    }

    @Test
    void aForgedLineWithAHashOfItsOwnIsFoundByTheNextOne() throws Exception {
        Path file = room.files().getFirst();
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        ChainLink before = ChainedLine.read(lines.get(2).getBytes()).orElseThrow().link();
        lines.set(3, new String(ChainedLine.seal(before, "\"time\":\"2026-11-22T10:00:00.000Z\"".getBytes()).bytes()));
        Files.write(file, lines);
        assertThat(room.verify().faults()).singleElement().satisfies(fault -> {
            assertThat(fault.line()).isEqualTo(5);
            assertThat(fault.what()).startsWith("does not follow the line before it");
        });
    }

    @Test
    void aFileThatIsGoneFromTheMiddleIsFoundAndWhatIsMissingIsSaid() throws Exception {
        room.write(14);
        assertThat(room.files()).hasSizeGreaterThan(2);
        Files.delete(room.files().get(1));
        assertThat(room.verify().faults()).hasSize(1).first().satisfies(fault ->
            assertThat(fault.what()).contains("should follow").endsWith("before it are missing"));
    }

    /** What was in a file until now; when all of it was read, something happens. */
    private static InputStream until(Path file, Callable<?> then) throws IOException {
        return new ByteArrayInputStream(Files.readAllBytes(file)) {
            @Override
            public synchronized int read(byte[] into, int from, int most) {
                int read = super.read(into, from, most);
                if (read < 0) {
                    try {
                        then.call();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
                return read;
            }
        };
    }

    @Test
    void aLineThatIsBeingWrittenIsNoFault() throws Exception {
        Path file = room.files().getLast();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 5));
        Verification found = verify(path -> path.equals(file)
            ? until(path, () -> Files.write(path, whole)) : Files.newInputStream(path));
        assertThat(found.faults()).isEmpty();
        assertThat(found.last().orElseThrow().seq()).isEqualTo(14); // of 15, the service's own first one included
    }

    @Test
    void theEndOfALineThatIsBeingWrittenIsAwaited() throws Exception {
        Path file = room.files().getLast();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 5));
        Thread writing = new Thread(() -> assertThatCode(() -> Files.write(file, whole)).doesNotThrowAnyException());
        Verification found = Verification.of(directory, path -> path.equals(file) ? until(path, () -> {
            writing.start();
            return null;
        }) : Files.newInputStream(path), Duration.ofMinutes(2));
        writing.join();
        assertThat(found.faults()).isEmpty();
        assertThat(found.last().orElseThrow().seq()).isEqualTo(14);
    }

    @Test
    void whatIsWrittenWhenAFileWasReadToItsEndIsReadTheNextTime() throws Exception {
        Iterator<String> reads = List.of("one\ntw", "", "o\n", "").iterator();
        InputStream written = new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException("lines are read by blocks");
            }

            @Override
            public int read(byte[] into, int from, int most) {
                byte[] read = reads.next().getBytes();
                System.arraycopy(read, 0, into, from, read.length);
                return read.length == 0 ? -1 : read.length;
            }
        };
        try (AuditLines lines = new AuditLines(written)) {
            assertThat(lines.next().orElseThrow().bytes()).asString().isEqualTo("one");
            assertThat(lines.next().orElseThrow()).satisfies(line -> {
                assertThat(line.bytes()).asString().isEqualTo("tw");
                assertThat(line.whole()).isFalse();
            });
            assertThat(lines.next()).isEmpty();
        }
    }

    @Test
    void aLineWithoutAnEndIsAFaultInEveryFileButTheNewestWhateverIsWrittenThere() throws Exception {
        Path file = room.files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 5));
        assertThat(verify(path -> path.equals(file)
            ? until(path, () -> Files.write(path, whole)) : Files.newInputStream(path)).faults()).isNotEmpty()
            .first().satisfies(fault -> assertThat(fault.what()).startsWith("has no end"));
    }

    @Test
    void whatTheServiceRemovesMeanwhileIsNoFaultAndWhatCannotBeOpenedIs() throws Exception {
        Path file = room.files().getFirst();
        Verification found = verify(path -> {
            Files.deleteIfExists(file);
            return Files.newInputStream(path);
        });
        assertThat(found.faults()).isEmpty();
        assertThat(found.first()).isEqualTo(AuditFile.in(directory).getFirst().first()).isGreaterThan(1);
        assertThatThrownBy(() -> verify(path -> {
            throw new NoSuchFileException(path.toString());
        })).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void newestLinesThatWereCutOffShowOnlyInTheLastNumberAndHash() throws Exception {
        ChainLink last = room.verify().last().orElseThrow();
        Path file = room.files().getLast();
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.subList(0, lines.size() - 1));
        assertThat(room.verify().holds()).isTrue();
        assertThat(room.verify().last().orElseThrow().seq()).isEqualTo(last.seq() - 1);
    }
}
