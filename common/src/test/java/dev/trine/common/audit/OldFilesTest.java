package dev.trine.common.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ByteSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an audit keeps of itself when it may not keep all. */
@Timeout(240)
class OldFilesTest {
    private static final long DIR_BYTES = 12 * 1024;
    private static final long LINE_BYTES = 1024;
    private static final int EVENTS = 5000;

    @TempDir
    private Path directory;
    private AuditRoom room;

    @BeforeEach
    void prepare() {
        room = new AuditRoom(directory);
    }

    private static AuditSettings settings(long dirBytes) {
        return new AuditSettings(Optional.empty(), Duration.ofDays(30), new ByteSize(4096), new ByteSize(dirBytes),
            1000, new ByteSize(2 << 20), Duration.ofMillis(1), WhenFull.GO_ON);
    }

    private long bytes() throws Exception {
        long bytes = 0;
        for (Path file : room.files()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    @Test
    void theOldestGoForWantOfRoomAndTheRestHoldsAndSaysWhatIsGone() throws Exception {
        room.dirMax(DIR_BYTES);
        for (int i = 0; i < 20; i++) {
            room.write(15);
            assertThat(bytes()).isLessThan(DIR_BYTES + LINE_BYTES);
        }
        assertThat(bytes()).isGreaterThan(DIR_BYTES / 2);
        assertThat(room.verify().faults()).isEmpty();
        Matcher gone = Pattern.compile("\"why\":\"lines ([0-9]+) to ([0-9]+) were removed with their files: for want of"
            + " room below audit.dir-max, before their time\"").matcher(String.join("\n", room.lines()));
        assertThat(gone.find()).isTrue();
        long next = Long.parseLong(gone.group(2)) + 1;
        while (gone.find()) {
            assertThat(Long.parseLong(gone.group(1))).isEqualTo(next);
            next = Long.parseLong(gone.group(2)) + 1;
        }
        assertThat(room.verify().first()).isEqualTo(next).isGreaterThan(200);
    }

    @Test
    void whatIsTooOldGoesFirstAndTheAuditSaysSo() throws Exception {
        room.write(30);
        int lines = room.lines().size();
        room.forward(Duration.ofDays(32));
        room.write(1);
        room.forward(Duration.ofDays(1));
        room.write(1);
        assertThat(room.verify().faults()).isEmpty();
        assertThat(room.verify().first()).isEqualTo(lines + 1);
        assertThat(room.lines()).anySatisfy(line -> assertThat(line).contains("\"action\":\"audit\",\"result\":\"ok\"",
            "were removed with their files: they are older than audit.keep"));
    }

    @Test
    void theNewestFileStaysBecauseTheNextLineFollowsIt() throws Exception {
        room.write(30);
        List<AuditFile> files = AuditFile.in(directory);
        assertThat(files).hasSizeGreaterThan(2);
        Instant late = Instant.parse("2030-01-01T00:00:00Z");
        assertThat(OldFiles.in(directory, settings(1 << 20), late))
            .isEqualTo(new OldFiles(files, files.size() - 1, 0));
        assertThat(OldFiles.in(directory, settings(8192), room.instant()).crowded()).isBetween(1, files.size() - 1);
        for (AuditFile file : files.subList(0, files.size() - 1)) {
            Files.delete(file.path());
        }
        Files.writeString(files.getLast().path(), "x".repeat(20_000));
        assertThat(OldFiles.in(directory, settings(8192), room.instant()).crowded()).isZero();
    }

    @Test
    void whatACrashLeftGoesWithItsFile() throws Exception {
        room.write(1);
        Files.writeString(room.files().getFirst(), Files.readString(room.files().getFirst()) + "{\"seq\":3,");
        room.write(1);
        room.forward(Duration.ofDays(60));
        room.write(1);
        try (var all = Files.list(directory)) {
            assertThat(all.filter(path -> path.toString().contains(".torn-"))).hasSize(1);
        }
        room.forward(Duration.ofDays(60));
        room.write(1);
        try (var all = Files.list(directory)) {
            assertThat(all.map(path -> path.getFileName().toString()).sorted()).satisfiesExactly(
                first -> assertThat(first).startsWith("audit-2027-01-21-"),
                second -> assertThat(second).startsWith("audit-2027-03-22-"),
                lock -> assertThat(lock).isEqualTo("lock"));
        }
        assertThat(room.verify().faults()).isEmpty();
    }

    @Test
    void anAuditHoldsWhileItIsWrittenAndItsOldestFilesGo() throws Exception {
        room.dirMax(DIR_BYTES).whenFull(WhenFull.GO_ON, EVENTS);
        try (AuditLog log = room.start()) {
            Thread writing = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < EVENTS; i++) {
                    log.record(AuditRoom.push("refs/heads/b" + i));
                }
            });
            long last = 0;
            while (writing.isAlive() || last < EVENTS + 1) { // with the line of its start
                Verification seen = Verification.of(directory, Files::newInputStream, Duration.ofMinutes(2));
                assertThat(seen.faults()).isEmpty();
                last = seen.last().map(ChainLink::seq).orElse(0L);
            }
        }
        assertThat(room.verify().faults()).isEmpty();
        assertThat(room.verify().first()).isGreaterThan(1000);
    }

    @Test
    void theRoomIsForTwoFilesAtLeast() {
        assertThatThrownBy(() -> settings(8191)).isInstanceOf(IllegalArgumentException.class)
            .hasMessage("dir-max is at least twice file-max");
    }
}
