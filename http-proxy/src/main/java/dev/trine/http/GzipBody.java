package dev.trine.http;

import dev.trine.common.config.ByteSize;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EofException;
import org.jspecify.annotations.Nullable;

/** A gzip request body, unpacked as it is read. It is read to its very end, so that the connection can go on. */
final class GzipBody extends InputStream {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final InputStream packed;
    private final ByteSize inflatedMax;
    private @Nullable GZIPInputStream inflated;
    private long bytes;

    GzipBody(InputStream packed, ByteSize inflatedMax) {
        this.packed = packed;
        this.inflatedMax = inflatedMax;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            if (inflated == null) {
                inflated = new GZIPInputStream(packed, BUFFER_BYTES);
            }
            int n = inflated.read(buffer, offset, length);
            if (n < 0 && packed.read() >= 0) {
                throw new BadBody(HttpStatus.BAD_REQUEST_400, "bytes follow the gzip request body");
            }
            bytes += Math.max(n, 0);
            if (bytes > inflatedMax.bytes()) {
                throw new BadBody(HttpStatus.PAYLOAD_TOO_LARGE_413, "the gzip request body unpacks to more than "
                    + inflatedMax + " (limits.inflated-max); send it without compression");
            }
            return n;
        } catch (EofException clientGone) {
            throw clientGone;
        } catch (ZipException | EOFException e) {
            throw new BadBody(HttpStatus.BAD_REQUEST_400, "the request body is not gzip, or not all of it");
        }
    }
}
