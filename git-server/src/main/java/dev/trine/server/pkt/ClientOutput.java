package dev.trine.server.pkt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The client's side of the output: a failure here is the client's absence, never the disk's. The first bytes are held
 * until they are flushed or become many, so that a call which is refused late may still have said nothing.
 */
final class ClientOutput extends OutputStream {
    private static final int HELD_BYTES_MAX = 16 << 10;

    private final OutputStream out;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(64);
    private boolean passesOn;

    ClientOutput(OutputStream out) {
        this.out = out;
    }

    /** Forgets what was written; false: some of it has left. */
    boolean takeBack() {
        held.reset();
        return !passesOn;
    }

    @Override
    public void write(int b) throws ClientGoneException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws ClientGoneException {
        if (!passesOn && held.size() + length <= HELD_BYTES_MAX) {
            held.write(bytes, offset, length);
            return;
        }
        try {
            passOn();
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    @Override
    public void flush() throws ClientGoneException {
        try {
            if (held.size() > 0) {
                passOn();
            }
            out.flush();
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    private void passOn() throws IOException {
        if (!passesOn) {
            passesOn = true;
            held.writeTo(out);
            held.reset();
        }
    }
}
