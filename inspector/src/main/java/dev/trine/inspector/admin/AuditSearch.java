package dev.trine.inspector.admin;

import dev.trine.common.audit.AuditLines;
import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads audits line by line and keeps the newest lines that fit; memory is bounded by how many those may be. */
final class AuditSearch {
    private static final int LIMIT_MAX = 100_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Comparator<JsonNode> BY_TIME = Comparator.comparing(AuditSearch::time)
        .thenComparing(line -> line.path("service").asString("")).thenComparing(line -> line.path("seq").asLong(0));

    private final Predicate<JsonNode> condition;
    private final int limit;
    private final PriorityQueue<JsonNode> newest = new PriorityQueue<>(BY_TIME);
    private long left;
    private long unreadable;
    private long gone;

    AuditSearch(Predicate<JsonNode> condition, int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new CommandFailure("--limit is between 1 and " + LIMIT_MAX);
        }
        this.condition = condition;
        this.limit = limit;
    }

    /** When a line was written; the beginning of all times if it does not say. */
    static Instant time(JsonNode line) {
        try {
            return Instant.parse(line.path("time").asString(""));
        } catch (DateTimeException e) {
            return Instant.MIN;
        }
    }

    /** Reads a file that was found a moment ago. */
    void read(Path file) {
        try (AuditLines lines = new AuditLines(file)) {
            for (Optional<AuditLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                if (line.get().whole()) { // one that is being written is found the next time
                    read(line.get());
                }
            }
        } catch (NoSuchFileException e) {
            gone++;
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read (" + e + "): name another one, or read it as its owner",
                e);
        }
    }

    private void read(AuditLines.Line line) {
        JsonNode parsed;
        try {
            parsed = JSON.readTree(line.bytes());
        } catch (JacksonException e) {
            unreadable++;
            return;
        }
        if (condition.test(parsed)) {
            newest.add(parsed);
            if (newest.size() > limit) {
                newest.remove();
                left++;
            }
        }
    }

    /** What was found, oldest first. */
    List<JsonNode> found() {
        List<JsonNode> found = new ArrayList<>(newest);
        found.sort(BY_TIME);
        return found;
    }

    /** What whoever reads that should know beside it, in sentences. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        if (left > 0) {
            remarks.add(left + " older lines fit, too: narrow the search, or raise --limit");
        }
        if (gone > 0) {
            remarks.add(gone + " files were removed before they were read, as old ones are: search again");
        }
        if (unreadable > 0) {
            remarks.add(unreadable + " lines could not be read: 'trine audit verify' says more");
        }
        return remarks;
    }
}
