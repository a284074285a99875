package dev.trine.http;

import dev.trine.common.relay.GitProgram;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A ref advertisement on its way to the client. Protocols 0 and 1 begin with a line that names the service, which
 * version 2 does without. The client can use it only whole, so it is not flushed before its end.
 */
final class Advertisement extends FilterOutputStream {
    private static final byte[] VERSION_2 = "000eversion 2".getBytes(StandardCharsets.US_ASCII);

    private final GitProgram program;
    private final byte[] start = new byte[VERSION_2.length];
    private int started;

    Advertisement(OutputStream out, GitProgram program) {
        super(out);
        this.program = program;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int taken = Math.min(length, start.length - started);
        System.arraycopy(bytes, offset, start, started, taken);
        started += taken;
        if (taken > 0 && started == start.length) {
            begin();
        }
        if (taken < length) {
            out.write(bytes, offset + taken, length - taken);
        }
    }

    @Override
    public void flush() {
        // see the class comment
    }

    @Override
    public void close() throws IOException {
        if (started > 0 && started < start.length) {
            begin();
        }
        super.close();
    }

    private void begin() throws IOException {
        if (!Arrays.equals(start, VERSION_2)) {
            out.write(PktLine.of("# service=" + program.text() + "\n"));
            out.write(PktLine.FLUSH.getBytes(StandardCharsets.US_ASCII));
        }
        out.write(start, 0, started);
    }
}
