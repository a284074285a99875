package dev.trine.common.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.lifecycle.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class AuditLogTest {
    @TempDir
    private Path top;
    private Path directory;
    private AuditRoom room;

    @BeforeEach
    void prepare() {
        directory = top.resolve("audit");
        room = new AuditRoom(directory);
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.interrupted()).as("waited for too long").isFalse();
            Thread.onSpinWait();
        }
    }

    @Test
    void aLineSaysWhoDidWhatAndFollowsTheOneBefore() throws Exception {
        room.write(1);
        List<String> lines = room.lines();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("{\"seq\":1,\"time\":\"2026-11-22T10:00:00.000Z\",\"service\":\"test\","
            + "\"action\":\"audit\",\"result\":\"ok\",\"why\":\"the service starts\",\"prev\":\"" + "0".repeat(64));
        String first = ChainedLine.read(lines.get(0).getBytes()).orElseThrow().hash();
        assertThat(lines.get(1)).startsWith("{\"seq\":2,\"time\":\"2026-11-22T10:00:00.000Z\",\"service\":\"test\","
            + "\"action\":\"push\",\"result\":\"ok\",\"actor\":\"alice\",\"user_id\":5,\"credential\":\"key 7\","
            + "\"client\":\"127.0.0.1:4711\",\"door\":\"ssh\",\"repo\":\"team/app\",\"repo_id\":\"" + "0".repeat(32)
            + "\",\"refs\":[{\"ref\":\"refs/heads/b0\",\"new\":\"" + "1".repeat(40) + "\",\"result\":\"ok\"}],"
            + "\"prev\":\"" + first + "\",\"hash\":\"");
        assertThat(room.verify()).satisfies(found -> assertThat(found.holds()).isTrue())
            .satisfies(found -> assertThat(found.lines()).isEqualTo(2))
            .satisfies(found -> assertThat(found.last().orElseThrow().seq()).isEqualTo(2));
    }

    @Test
    void theChainGoesOnOverFilesDaysAndRestarts() throws Exception {
        room.write(30);
        assertThat(room.files()).hasSizeGreaterThan(2);
        int before = room.lines().size();
        room.forward(Duration.ofDays(1));
        room.write(3);
        assertThat(room.files().getLast().getFileName().toString())
            .isEqualTo("audit-2026-11-23-%012d.jsonl".formatted(before + 1));
        room.write(0);
        assertThat(room.lines()).hasSize(before + 5);
        assertThat(room.verify().holds()).isTrue();
        assertThat(room.verify().lines()).isEqualTo(before + 5);
    }

    @Test
    void textsFromOutsideStayOnTheirLineAndWithinBounds() throws Exception {
        try (AuditLog log = room.start()) {
            log.record(new AuditEvent(AuditAction.PUSH, AuditResult.REFUSED,
                new AuditActor("a\n\"}\u2028\ud800", 0, "", "/10.0.0.1:5", "http")).because("x".repeat(1 << 20))
                .changing(Collections.nCopies(250, new AuditedRef("\u0000".repeat(5000), "", "", "ok")), 7)
                .with(Map.of("a", "b")));
        }
        String line = room.lines().getLast();
        assertThat(room.lines()).hasSize(2);
        assertThat(line).contains("\"actor\":\"a\\n\\\"}\u2028?\"").contains("\"client\":\"10.0.0.1:5\"")
            .contains("\"refs_more\":157").contains("\"details\":{\"a\":\"b\"}");
        assertThat(line.length()).isLessThan(ChainedLine.BYTES_MAX);
        assertThat(room.verify().holds()).isTrue();
    }

    @Test
    void theLongestLineThatAnEventMakesIsRead() throws Exception {
        String long1 = "\u0001".repeat(5000);
        Map<String, String> details = IntStream.range(0, 60).boxed()
            .collect(Collectors.toMap(number -> number + long1, number -> long1));
        try (AuditLog log = room.start()) {
            log.record(new AuditEvent(AuditAction.PUSH, AuditResult.REFUSED,
                new AuditActor(long1, 5, long1, long1, "ssh")).because(long1).inRequest(long1)
                .at(new AuditEvent.Place(long1, long1))
                .changing(Collections.nCopies(250, new AuditedRef(long1, long1, long1, long1)), 7).with(details));
        }
        assertThat(room.verify().faults()).isEmpty();
        assertThat(room.lines().getLast().length()).isBetween(1 << 20, ChainedLine.BYTES_MAX);
    }

    @Test
    void aTornLastLineIsSetAsideAndSaid() throws Exception {
        room.write(2);
        Path file = room.files().getFirst();
        Files.writeString(file, "{\"seq\":4,\"time\":\"2026-", StandardOpenOption.APPEND);
        assertThat(room.verify().faults()).singleElement().satisfies(fault -> assertThat(fault.what())
            .startsWith("has no end"));
        room.write(1);
        assertThat(room.verify().holds()).isTrue();
        assertThat(room.lines().get(3)).contains("\"seq\":4,", "\"result\":\"broken\"",
            "ended within a line, as a crash leaves it; its last 22 bytes are in audit-2026-11-22-000000000001.jsonl"
                + ".torn-");
        try (Stream<Path> all = Files.list(directory)) {
            assertThat(all.filter(path -> path.toString().contains(".torn-")).toList()).singleElement()
                .satisfies(torn -> assertThat(torn).hasContent("{\"seq\":4,\"time\":\"2026-"))
                .satisfies(torn -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(torn)))
                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void linesThatWereChangedStayAndAreSaid() throws Exception {
        room.write(3);
        Path file = room.files().getFirst();
        Files.writeString(file, Files.readString(file).replace("refs/heads/b1", "refs/heads/x1"));
        room.write(1);
        assertThat(room.files()).hasSize(2);
        assertThat(room.lines().get(4)).contains("line 3 was changed: its hash is not that of its text");
        assertThat(room.verify().faults()).singleElement().satisfies(fault -> {
            assertThat(fault.file()).isEqualTo(file);
            assertThat(fault.line()).isEqualTo(3);
            assertThat(fault.what()).isEqualTo("was changed: its hash is not that of its text");
        });
    }

    @Test
    void aFileThatWasBegunAndNotWrittenIsNoFault() throws Exception {
        room.write(1);
        Files.createFile(directory.resolve("audit-2026-11-22-000000000003.jsonl"));
        room.write(1);
        assertThat(room.lines()).hasSize(4);
        assertThat(room.verify().holds()).isTrue();
    }

    @Test
    void whereNoLineIsLeftThatCouldBeFollowedTheServiceDoesNotStart() throws Exception {
        room.write(1);
        Files.writeString(room.files().getFirst(), "nonsense\n");
        assertThatThrownBy(() -> room.start()).isInstanceOf(StartException.class)
            .hasMessageContaining("holds no line that is as it was written").hasMessageContaining("move the directory");
    }

    @Test
    void aDirectoryBelongsToOneService() throws Exception {
        try (AuditLog log = room.start()) {
            assertThatThrownBy(() -> room.start()).isInstanceOf(StartException.class)
                .hasMessageContaining("is in use by another service");
            log.record(AuditRoom.push("refs/heads/main"));
        }
        room.write(1);
        assertThat(room.verify().holds()).isTrue();
    }

    @Test
    void filesAreKeptForTheirTimeAndTheRestHolds() throws Exception {
        room.write(30);
        room.forward(Duration.ofDays(31));
        room.write(1);
        assertThat(room.verify().first()).isEqualTo(1);
        room.forward(Duration.ofDays(1));
        room.write(1);
        assertThat(room.files()).hasSize(2);
        assertThat(room.verify()).satisfies(found -> assertThat(found.holds()).isTrue())
            .satisfies(found -> assertThat(found.first()).isEqualTo(32));
    }

    /** The disk takes no new file while something else lies where the directory was. */
    private final class FullDisk implements AutoCloseable {
        private final Path away = top.resolve("away");

        FullDisk() throws Exception {
            Files.move(directory, away);
            Files.createFile(directory);
            room.forward(Duration.ofDays(1));
        }

        @Override
        public void close() throws Exception {
            Files.delete(directory);
            Files.move(away, directory);
        }
    }

    @Test
    void whoGoesOnWithoutRoomLosesEventsAndSaysHowMany() throws Exception {
        room.whenFull(WhenFull.GO_ON, 3);
        try (AuditLog log = room.start()) {
            await(() -> !lines().isEmpty());
            int offered = 0;
            try (FullDisk full = new FullDisk()) {
                while (log.lost() < 2) {
                    log.record(AuditRoom.push("refs/heads/b" + offered++));
                }
                assertThat(log.refusal()).isEmpty();
            }
            await(() -> log.lost() == 0);
            int told = offered;
            await(() -> pushes() + saidLost() == told);
        }
        assertThat(saidLost()).isGreaterThanOrEqualTo(2);
        assertThat(room.verify().holds()).isTrue();
    }

    private long pushes() {
        return lines().stream().filter(line -> line.contains("\"action\":\"push\"")).count();
    }

    /** How many events its lines say were lost; one line may come for some of them, and another for the rest. */
    private long saidLost() {
        Pattern said = Pattern.compile("\"result\":\"broken\",\"why\":\"(\\d+) events were lost: the audit's disk"
            + " did not take them in time\"");
        return lines().stream().map(said::matcher).filter(Matcher::find)
            .mapToLong(found -> Long.parseLong(found.group(1))).sum();
    }

    @Test
    void longEventsWaitAsFarAsTheMemoryForThemReachesHoweverFewTheyAre() throws Exception {
        room.whenFull(WhenFull.GO_ON, 1_000_000).queueSizeMax(2 << 20);
        AuditEvent event = AuditRoom.push("refs/heads/b").because("\u2028".repeat(1000));
        int fits = (int) ((2 << 20) / event.bytes());
        try (AuditLog log = room.start()) {
            await(() -> !lines().isEmpty());
            try (FullDisk full = new FullDisk()) {
                int offered = 0;
                while (log.lost() == 0) {
                    assertThat(++offered).isLessThan(2 * fits + 1000); // those in the writer's hands beside
                    log.record(event);
                }
                assertThat(offered).isGreaterThan(fits);
            }
        }
        assertThat(room.verify().holds()).isTrue();
    }

    @Test
    void whoRefusesWithoutRoomDoesNothingNewUntilThereIsSome() throws Exception {
        room.whenFull(WhenFull.REFUSE, 100);
        try (AuditLog log = room.start()) {
            await(() -> !lines().isEmpty());
            assertThat(log.refusal()).isEmpty();
            try (FullDisk full = new FullDisk()) {
                log.record(AuditRoom.push("refs/heads/main"));
                await(() -> log.refusal().isPresent());
                assertThat(log.refusal().orElseThrow()).contains("audit.when-full: refuse");
                log.record(AuditRoom.push("refs/heads/under-way"));
            }
            await(() -> log.refusal().isEmpty());
        }
        assertThat(room.lines().getLast()).contains("refs/heads/under-way");
        assertThat(room.verify().holds()).isTrue();
    }

    private List<String> lines() {
        try {
            return room.lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
