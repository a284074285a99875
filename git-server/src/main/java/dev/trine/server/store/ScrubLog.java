package dev.trine.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers in a small file how far the slow verification of the node's packs is. Losing it costs a round, so it is
 * not synced. Written by one thread, read by any.
 */
public final class ScrubLog {
    private static final Logger LOG = LoggerFactory.getLogger(ScrubLog.class);
    private static final Round NONE = new Round(0, Instant.EPOCH, Optional.empty());

    private final Path file;
    private volatile Round round;

    /** Reads the file, if there is one. */
    ScrubLog(Path file) {
        this.file = file;
        this.round = read(file);
    }

    /**
     * One round over all packs.
     *
     * @param complete rounds that came to their end
     * @param began    when this one began; the epoch: none has
     * @param after    the repository behind which it goes on; empty: it has ended
     */
    public record Round(long complete, Instant began, Optional<String> after) {
        /** Whether it has not come to its end. */
        public boolean isUnderWay() {
            return after.isPresent();
        }
    }

    /** The present or last round. */
    public Round round() {
        return round;
    }

    /** Remembers a round. */
    public void write(Round now) {
        round = now;
        try {
            Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
            Files.writeString(temporary, now.complete + "\n" + now.began.toEpochMilli() + "\n"
                + now.after.map(after -> "after " + after).orElse("ended") + "\n");
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", file).setCause(e).log("the progress of the verification cannot be kept");
        }
    }

    private static Round read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            String state = lines.get(2);
            return new Round(Long.parseLong(lines.get(0)), Instant.ofEpochMilli(Long.parseLong(lines.get(1))),
                state.equals("ended") ? Optional.empty() : Optional.of(state.substring("after ".length())));
        } catch (NoSuchFileException e) {
            return NONE;
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().addKeyValue("file", file).setCause(e).log("the verification begins a new round");
            return NONE;
        }
    }
}
