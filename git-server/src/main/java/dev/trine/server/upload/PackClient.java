package dev.trine.server.upload;

import dev.trine.server.pkt.SideBand;
import java.io.IOException;
import java.io.OutputStream;

/** The client of a fetch while its pack is sent. Used by one thread. */
interface PackClient {
    /** Room in front of a block that {@link #block} is given. */
    int HEADER_BYTES = SideBand.HEADER_BYTES;

    /** Sends a block of the pack, which lies behind the room for a header. */
    void block(byte[] packet, int length) throws IOException;

    /** Shows its user something, where it has one. */
    void text(String text) throws IOException;

    /** Shows that the server is alive; fails if the client is not. */
    void alive() throws IOException;

    /** Fails if the client is known to be gone. */
    void probe() throws IOException;

    /** A client that takes the pack as it is. */
    static PackClient bare(OutputStream out) {
        return new PackClient() {
            @Override
            public void block(byte[] packet, int length) throws IOException {
                out.write(packet, HEADER_BYTES, length);
            }

            @Override
            public void text(String text) {
                // there is no place for it
            }

            @Override
            public void alive() throws IOException {
                out.flush();
            }

            @Override
            public void probe() throws IOException {
                out.flush();
            }
        };
    }

    /**
     * A client with side-bands.
     *
     * @param quiet its user wants to be told nothing
     */
    static PackClient on(SideBand band, boolean quiet) {
        return new PackClient() {
            @Override
            public void block(byte[] packet, int length) throws IOException {
                band.packet(packet, length);
            }

            @Override
            public void text(String text) throws IOException {
                if (quiet) {
                    band.keepAlive();
                } else {
                    band.message(text);
                }
            }

            @Override
            public void alive() throws IOException {
                band.keepAlive();
            }

            @Override
            public void probe() throws IOException {
                band.probe();
            }
        };
    }
}
