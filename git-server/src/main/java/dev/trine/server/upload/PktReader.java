package dev.trine.server.upload;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads pkt-lines from the client, at most so many bytes for one request. */
final class PktReader {
    private static final int HEADER_BYTES = 4;
    private static final int DELIM_LENGTH = 1;
    private static final int PKT_BYTES_MAX = 65520;

    private final InputStream in;
    private final long requestBytesMax;
    private final byte[] buffer = new byte[PKT_BYTES_MAX];
    private long requestBytes;

    PktReader(InputStream in, long requestBytesMax) {
        this.in = in;
        this.requestBytesMax = requestBytesMax;
    }

    /** The arguments of a request that has none. */
    static PktReader withoutArguments() {
        return new PktReader(new ByteArrayInputStream(new byte[] {'0', '0', '0', '0'}), 0);
    }

    /** Begins a request: its bytes are counted from here. */
    void startRequest() {
        requestBytes = 0;
    }

    /** Reads the next packet; waits for it. */
    Pkt next() throws IOException, ProtocolErrorException {
        int got = read(HEADER_BYTES);
        if (got == 0) {
            return Pkt.Mark.END_OF_INPUT;
        }
        requireAll(got, HEADER_BYTES);
        int length = length();
        if (length == 0) {
            return Pkt.Mark.FLUSH;
        }
        if (length == DELIM_LENGTH) {
            return Pkt.Mark.DELIM;
        }
        if (length < HEADER_BYTES || length > PKT_BYTES_MAX) {
            throw new ProtocolErrorException("protocol error: bad line length " + length);
        }
        requestBytes += length;
        if (requestBytes > requestBytesMax) {
            throw new ProtocolErrorException("the request is longer than " + requestBytesMax
                + " bytes, the limit of this server; fetch fewer refs at a time");
        }
        int content = length - HEADER_BYTES;
        requireAll(read(content), content);
        boolean ended = content > 0 && buffer[content - 1] == '\n';
        return new Pkt.Line(new String(buffer, 0, ended ? content - 1 : content, StandardCharsets.UTF_8));
    }

    /** Reads lines up to the flush packet that ends a request, giving each to the consumer. */
    void forEachArgument(Argument consumer) throws IOException, ProtocolErrorException {
        while (true) {
            switch (next()) {
                case Pkt.Line line -> consumer.accept(line.text());
                case Pkt.Mark mark when mark == Pkt.Mark.FLUSH -> {
                    return;
                }
                case Pkt.Mark mark when mark == Pkt.Mark.DELIM ->
                    throw new ProtocolErrorException("expected flush after arguments");
                case Pkt.Mark mark -> throw hungUp();
            }
        }
    }

    /** What to throw where the input ends in the middle of something. */
    static ProtocolErrorException hungUp() {
        return new ProtocolErrorException("the remote end hung up unexpectedly");
    }

    private int read(int length) throws ClientGoneException {
        try {
            return in.readNBytes(buffer, 0, length);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    private static void requireAll(int got, int wanted) throws ProtocolErrorException {
        if (got < wanted) {
            throw hungUp();
        }
    }

    private int length() throws ProtocolErrorException {
        int length = 0;
        for (int i = 0; i < HEADER_BYTES; i++) {
            int digit = Character.digit(buffer[i], 16);
            if (digit < 0) {
                throw new ProtocolErrorException("protocol error: bad line length character: "
                    + new String(buffer, 0, HEADER_BYTES, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "?"));
            }
            length = length << 4 | digit;
        }
        return length;
    }

    /** Takes one line of a request. */
    interface Argument {
        void accept(String line) throws IOException, ProtocolErrorException;
    }
}
