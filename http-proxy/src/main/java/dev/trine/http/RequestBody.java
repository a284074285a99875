package dev.trine.http;

import dev.trine.common.config.ByteSize;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/** A request's body as it streams in; until it is read first, a client that asked whether to send it is not told to. */
final class RequestBody {
    private static final int DRAIN_BYTES = 32 * 1024;

    private final Raw raw;
    private final String encoding;
    private final boolean awaited;
    private final ByteSize inflatedMax;
    private final Scheduler scheduler;

    RequestBody(Request request, ByteSize inflatedMax, Pace pace) {
        this.raw = new Raw(Request.asInputStream(request), pace);
        String header = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
        this.encoding = header == null ? "identity" : header.strip();
        this.awaited = request.getHeaders().contains(HttpHeader.EXPECT);
        this.inflatedMax = inflatedMax;
        this.scheduler = request.getComponents().getScheduler();
    }

    /** Its bytes, unpacked if they are packed. */
    InputStream unpacked() throws BadBody {
        return unpacked(raw);
    }

    /** Bytes that were taken from it, unpacked if they are packed. */
    InputStream unpacked(InputStream taken) throws BadBody {
        return switch (encoding) {
            case "identity" -> taken;
            case "gzip", "x-gzip" -> new GzipBody(taken, inflatedMax);
            default -> throw new BadBody(HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                "a request body is sent as it is or with gzip");
        };
    }

    /** Whether any of it was asked for. */
    boolean isBegun() {
        return raw.begun;
    }

    /** Whether all of it was read. */
    boolean isEnded() {
        return raw.ended;
    }

    /** Reads the rest of it, for a bounded time, unless the client waits for leave to send it. Nobody else reads it. */
    void drain(Duration max) throws IOException {
        if (awaited && !raw.begun || !max.isPositive()) {
            return;
        }
        try (Deadline until = new Deadline(scheduler, max)) {
            byte[] buffer = new byte[DRAIN_BYTES];
            int n = 0;
            while (n >= 0 && until.expired().isEmpty()) {
                n = raw.read(buffer, 0, buffer.length);
            }
        } catch (InterruptedIOException e) {
            // it took too long, or the request did; the answer can be given all the same
        }
    }

    private static final class Raw extends FilterInputStream {
        private final Pace pace;
        private volatile boolean begun;
        private volatile boolean ended;

        Raw(InputStream in, Pace pace) {
            super(in);
            this.pace = pace;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            begun = true;
            pace.waits();
            int n = in.read(buffer, offset, length);
            pace.moved(Math.max(n, 0));
            ended |= n < 0;
            return n;
        }
    }
}
