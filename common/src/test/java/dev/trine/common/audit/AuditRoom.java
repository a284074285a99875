package dev.trine.common.audit;

import dev.trine.common.config.ByteSize;
import dev.trine.common.lifecycle.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A directory with the audit of a service, which starts and stops, and a clock that is set. */
final class AuditRoom extends Clock {
    private final Path directory;
    private volatile Instant now = Instant.parse("2026-11-22T10:00:00Z");
    private WhenFull whenFull = WhenFull.GO_ON;
    private int queueMax = 1000;
    private ByteSize queueSizeMax = new ByteSize(64 << 20);
    private ByteSize dirMax = new ByteSize(1 << 20);

    AuditRoom(Path directory) {
        this.directory = directory;
    }

    AuditRoom whenFull(WhenFull choice, int events) {
        whenFull = choice;
        queueMax = events;
        return this;
    }

    AuditRoom queueSizeMax(long bytes) {
        queueSizeMax = new ByteSize(bytes);
        return this;
    }

    AuditRoom dirMax(long bytes) {
        dirMax = new ByteSize(bytes);
        return this;
    }

    AuditLog start() throws StartException {
        return AuditLog.inFiles(directory, new AuditSettings(Optional.of(directory), Duration.ofDays(30),
            new ByteSize(4096), dirMax, queueMax, queueSizeMax, Duration.ofMillis(1), whenFull), "test", this,
            Duration.ofMinutes(2));
    }

    /** Starts it, has it write that many events, and stops it. */
    void write(int events) throws Exception {
        try (AuditLog log = start()) {
            for (int i = 0; i < events; i++) {
                log.record(push("refs/heads/b" + i));
            }
        }
    }

    static AuditEvent push(String ref) {
        return new AuditEvent(AuditAction.PUSH, AuditResult.OK,
            new AuditActor("alice", 5, "key 7", "127.0.0.1:4711", "ssh"))
            .at(new AuditEvent.Place("team/app", "0".repeat(32)))
            .changing(List.of(new AuditedRef(ref, "", "1".repeat(40), "ok")), 0);
    }

    void forward(Duration by) {
        now = now.plus(by);
    }

    List<Path> files() throws IOException {
        return AuditFile.in(directory).stream().map(AuditFile::path).toList();
    }

    List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : files()) {
            lines.addAll(Files.readAllLines(file));
        }
        return lines;
    }

    Verification verify() throws IOException {
        return Verification.of(directory);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneId.of("UTC");
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("the tests need no other zone");
    }
}
