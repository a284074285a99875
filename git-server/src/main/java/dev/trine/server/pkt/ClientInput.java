package dev.trine.server.pkt;

import java.io.IOException;
import java.io.InputStream;

/** The client's side of the input: a failure here is the client's absence, never the disk's. */
final class ClientInput extends InputStream {
    private final InputStream in;

    ClientInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws ClientGoneException {
        try {
            return in.read();
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws ClientGoneException {
        try {
            return in.read(bytes, offset, length);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    @Override
    public int available() throws ClientGoneException {
        try {
            return in.available();
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }
}
