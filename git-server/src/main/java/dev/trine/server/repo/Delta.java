package dev.trine.server.repo;

import java.nio.ByteBuffer;

/** Git's delta instructions (gitformat-pack, deltified representation). */
final class Delta {
    private Delta() {
    }

    /** Size that the base must have. Leaves the instructions positioned behind it. */
    static long baseSize(ByteBuffer delta) throws UnusablePackException {
        return readSize(delta);
    }

    /** Size of the result. Leaves the instructions positioned behind it. */
    static long resultSize(ByteBuffer delta) throws UnusablePackException {
        return readSize(delta);
    }

    private static long readSize(ByteBuffer delta) throws UnusablePackException {
        long size = 0;
        for (int shift = 0; shift < 63 && delta.hasRemaining(); shift += 7) {
            int b = delta.get();
            size |= (long) (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                return size;
            }
        }
        throw malformed();
    }

    /**
     * Carries the instructions out.
     *
     * @param delta  positioned behind both sizes
     * @param base   read by absolute position
     * @param result has exactly the room that it needs; filled
     */
    static void apply(ByteBuffer delta, ByteBuffer base, ByteBuffer result) throws UnusablePackException {
        while (delta.hasRemaining()) {
            int command = delta.get();
            if ((command & 0x80) != 0) {
                copy(command, delta, base, result);
            } else {
                insert(command, delta, result);
            }
        }
        if (result.hasRemaining()) {
            throw malformed();
        }
    }

    private static void copy(int command, ByteBuffer delta, ByteBuffer base, ByteBuffer result)
            throws UnusablePackException {
        if (delta.remaining() < Integer.bitCount(command & 0x7f)) {
            throw malformed();
        }
        long offset = 0;
        for (int i = 0; i < 4; i++) {
            if ((command & 1 << i) != 0) {
                offset |= (delta.get() & 0xffL) << 8 * i;
            }
        }
        int size = 0;
        for (int i = 0; i < 3; i++) {
            if ((command & 0x10 << i) != 0) {
                size |= (delta.get() & 0xff) << 8 * i;
            }
        }
        if (size == 0) {
            size = 0x10000;
        }
        if (offset + size > base.limit() || size > result.remaining()) {
            throw malformed();
        }
        result.put(result.position(), base, (int) offset, size);
        result.position(result.position() + size);
    }

    private static void insert(int length, ByteBuffer delta, ByteBuffer result) throws UnusablePackException {
        if (length == 0 || length > delta.remaining() || length > result.remaining()) {
            throw malformed();
        }
        result.put(result.position(), delta, delta.position(), length);
        delta.position(delta.position() + length);
        result.position(result.position() + length);
    }

    private static UnusablePackException malformed() {
        return new UnusablePackException("a delta's instructions are malformed");
    }
}
