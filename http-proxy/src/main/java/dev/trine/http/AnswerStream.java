package dev.trine.http;

import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/** The body of an answer; the answer begins with its first byte, and until then can become another. */
final class AnswerStream extends OutputStream {
    private final Answer answer;
    private final Pace pace;
    private final int status;
    private final String contentType;
    private @Nullable OutputStream out;

    AnswerStream(Answer answer, Pace pace, String contentType) {
        this(answer, pace, HttpStatus.OK_200, contentType);
    }

    AnswerStream(Answer answer, Pace pace, int status, String contentType) {
        this.status = status;
        this.answer = answer;
        this.pace = pace;
        this.contentType = contentType;
    }

    /** Whether anything was written. */
    boolean isBegun() {
        return out != null;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
            pace.waits();
            begun().write(bytes, offset, length);
            pace.moved(length);
        }
    }

    @Override
    public void flush() throws IOException {
        if (out != null) {
            pace.waits();
            out.flush();
            pace.moved(0);
        }
    }

    @Override
    public void close() throws IOException {
        OutputStream last = begun();
        pace.waits();
        last.close();
        pace.moved(0);
    }

    private OutputStream begun() {
        if (out == null) {
            out = answer.stream(status, contentType);
        }
        return out;
    }
}
