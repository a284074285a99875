package dev.trine.server.pkt;

import java.io.IOException;
import java.io.OutputStream;

/** The client's side of the output: a failure here is the client's absence, never the disk's. */
final class ClientOutput extends OutputStream {
    private final OutputStream out;

    ClientOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws ClientGoneException {
        try {
            out.write(b);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws ClientGoneException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    @Override
    public void flush() throws ClientGoneException {
        try {
            out.flush();
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }
}
