package dev.trine.common.bulk;

/** How bytes are framed on a connection: their number, then themselves; none means the end. */
public final class BulkFrame {
    /** Bytes of a frame before its content: the number of bytes of that, the higher first. */
    public static final int HEADER_BYTES = 4;
    /** Greatest frame, its header included: what Java hands to a socket at once. */
    public static final int BYTES_MAX = 128 << 10;
    /**
     * What the kernel holds for one transfer, at each end: hundreds of slow clients must not take all memory. With a
     * distance of 1 ms it lets 500 MB a second through.
     */
    static final int SOCKET_BUFFER_BYTES = 512 << 10;

    private BulkFrame() {
    }

    static void writeLength(byte[] frame, int length) {
        frame[0] = (byte) (length >>> 24);
        frame[1] = (byte) (length >>> 16);
        frame[2] = (byte) (length >>> 8);
        frame[3] = (byte) length;
    }

    static int readLength(byte[] frame) {
        return (frame[0] & 0xff) << 24 | (frame[1] & 0xff) << 16 | (frame[2] & 0xff) << 8 | frame[3] & 0xff;
    }
}
