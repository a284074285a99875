package dev.trine.server.receive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads pkt-lines of a peer that is not trusted, and not a byte beyond them. */
final class PktLineReader {
    /** Longest payload that is accepted. Ref names have 1,024 bytes at most; capabilities follow the first. */
    static final int PAYLOAD_MAX = 16 * 1024;

    private static final int LENGTH_DIGITS = 4;

    private final InputStream in;

    PktLineReader(InputStream in) {
        this.in = in;
    }

    PktLine read() throws IOException, ProtocolViolation {
        byte[] digits = in.readNBytes(LENGTH_DIGITS);
        if (digits.length == 0) {
            return new PktLine.End();
        }
        if (digits.length < LENGTH_DIGITS) {
            throw new EOFException("the client hung up inside a pkt-line");
        }
        int length = length(digits);
        if (length == 0) {
            return new PktLine.Flush();
        }
        if (length < LENGTH_DIGITS) {
            throw new ProtocolViolation("a pkt-line of length " + length + " is not known in this protocol version");
        }
        if (length - LENGTH_DIGITS > PAYLOAD_MAX) {
            throw new ProtocolViolation("a line has " + (length - LENGTH_DIGITS) + " bytes, at most " + PAYLOAD_MAX
                + " are accepted");
        }
        byte[] payload = in.readNBytes(length - LENGTH_DIGITS);
        if (payload.length < length - LENGTH_DIGITS) {
            throw new EOFException("the client hung up inside a pkt-line");
        }
        boolean lineFeed = payload.length > 0 && payload[payload.length - 1] == '\n';
        return new PktLine.Data(lineFeed ? Arrays.copyOf(payload, payload.length - 1) : payload);
    }

    private static int length(byte[] digits) throws ProtocolViolation {
        int length = 0;
        for (byte digit : digits) {
            int value = Character.digit(digit, 16);
            if (value < 0) {
                throw new ProtocolViolation("what should be a pkt-line does not begin with its length");
            }
            length = length << 4 | value;
        }
        return length;
    }
}
