package dev.trine.common.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads a file line by line, as bytes; of a line that is too long for one, only the beginning. A line without an end is
 * the last one, whatever is written after it meanwhile.
 */
public final class AuditLines implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final InputStream in;
    private long position;
    private boolean ended;

    /** Opens it. */
    public AuditLines(Path file) throws IOException {
        this(Files.newInputStream(file));
    }

    /** Reads what comes from there. */
    AuditLines(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
    }

    /**
     * A line.
     *
     * @param bytes without its line feed
     * @param whole whether it has one
     * @param end   where it ends in the file, its line feed included
     */
    public record Line(byte[] bytes, boolean whole, long end) {
    }

    /** The next line; empty: there is none. */
    public Optional<Line> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        for (int read = in.read(); read >= 0; read = in.read()) {
            position++;
            if (read == '\n') {
                return Optional.of(new Line(line.toByteArray(), true, position));
            }
            if (line.size() <= ChainedLine.BYTES_MAX) {
                line.write(read);
            }
        }
        ended = true;
        return line.size() == 0 ? Optional.empty() : Optional.of(new Line(line.toByteArray(), false, position));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
