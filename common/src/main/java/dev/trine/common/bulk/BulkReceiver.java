package dev.trine.common.bulk;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** The front door's end of one answer's bulk bytes. One thread reads; any may close, which ends the reading. */
public final class BulkReceiver implements AutoCloseable {
    private final BulkSocket connection;
    private final byte[] header = new byte[BulkFrame.HEADER_BYTES];
    private byte[] content = new byte[0];
    private int headerRead;
    private int length;
    private int contentRead;

    BulkReceiver(BulkSocket connection) {
        this.connection = connection;
    }

    /** What has come. */
    public enum Received {
        /** A frame; its content may be taken until the next call. */
        FRAME,
        /** The end: nothing is missing. */
        END,
        /** Not a whole frame yet. */
        NOTHING
    }

    /**
     * Waits for the next frame.
     *
     * @param max longest wait for its next bytes
     * @throws IOException the connection was cut, or carries what is no frame
     */
    public Received next(Duration max) throws IOException {
        InputStream in = connection.in();
        connection.readMax(max);
        try {
            while (headerRead < header.length) {
                headerRead += read(in, header, headerRead, header.length);
                if (headerRead == header.length) {
                    begin(BulkFrame.readLength(header));
                }
            }
            while (contentRead < length) {
                contentRead += read(in, content, contentRead, length);
            }
        } catch (SocketTimeoutException e) {
            return Received.NOTHING;
        }
        headerRead = 0;
        return length == 0 ? Received.END : Received.FRAME;
    }

    /** The bytes of the frame, from the first on; not to be changed, and gone with the next frame. */
    public byte[] content() {
        return content;
    }

    /** How many they are. */
    public int length() {
        return length;
    }

    /** Whether the sender had no more at the time: a client may be waiting for these bytes. */
    public boolean isLastForNow() {
        return length < BulkFrame.BYTES_MAX - BulkFrame.HEADER_BYTES;
    }

    /** Cuts the connection. */
    @Override
    public void close() {
        connection.cut();
    }

    private void begin(int announced) throws IOException {
        if (announced < 0 || announced > BulkFrame.BYTES_MAX - BulkFrame.HEADER_BYTES) {
            throw new IOException("a frame of " + Integer.toUnsignedString(announced) + " bytes");
        }
        length = announced;
        contentRead = 0;
        if (content.length < length) {
            content = new byte[BulkFrame.BYTES_MAX];
        }
    }

    private static int read(InputStream in, byte[] into, int from, int to) throws IOException {
        int count = in.read(into, from, to - from);
        if (count < 0) {
            throw new EOFException("the connection was cut");
        }
        return count;
    }
}
