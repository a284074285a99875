package dev.trine.common.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/**
 * A connection.
 *
 * @param raw    the TCP socket: closing it cuts the connection at once, whoever reads or writes
 * @param spoken what is read and written, with TLS another one: closing that waits for whoever writes
 */
record BulkSocket(Socket raw, Socket spoken) {
    InputStream in() throws IOException {
        return spoken.getInputStream();
    }

    OutputStream out() throws IOException {
        return spoken.getOutputStream();
    }

    /** Bounds how long a read waits. */
    void readMax(Duration max) throws IOException {
        spoken.setSoTimeout(Math.toIntExact(Math.clamp(max.toMillis(), 1, Integer.MAX_VALUE)));
    }

    void cut() {
        try {
            raw.close();
        } catch (IOException e) {
            // it is of no use in any case
        }
    }
}
