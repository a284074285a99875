package dev.trine.server.pkt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads pkt-lines from the client, at most so many bytes for one request, and not a byte beyond them. Until it is
 * closed it holds memory for what the client named.
 */
public final class PktReader implements AutoCloseable {
    private static final int HEADER_BYTES = 4;
    private static final int DELIM_LENGTH = 1;
    private static final int PKT_BYTES_MAX = 65520;
    private static final int BUFFER_BYTES = 1024;
    /** What a request has up to here counts among the buffers of a call. */
    private static final int SHORT_BYTES = 1 << 16;

    private final InputStream in;
    private final long requestBytesMax;
    private final String setting;
    private final RequestMemory memory;
    private long taken;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private long requestBytes;

    /**
     * A reader of that stream.
     *
     * @param requestBytesMax bytes of packets that one request may have
     * @param setting         key of that limit
     * @param memory          for long requests
     */
    public PktReader(InputStream in, long requestBytesMax, String setting, RequestMemory memory) {
        this.in = in;
        this.requestBytesMax = requestBytesMax;
        this.setting = setting;
        this.memory = memory;
    }

    /** The arguments of a request that has none. */
    public static PktReader withoutArguments() {
        return new PktReader(new ByteArrayInputStream(new byte[] {'0', '0', '0', '0'}), HEADER_BYTES, "",
            RequestMemory.in(0));
    }

    /** Begins a request: its bytes are counted from here; what the one before named is not held any more. */
    public void startRequest() {
        requestBytes = 0;
        close();
    }

    @Override
    public void close() {
        memory.giveBack(taken);
        taken = 0;
    }

    /** Reads the next packet; waits for it. */
    public Pkt next() throws IOException, ProtocolErrorException {
        int got = read(HEADER_BYTES);
        if (got == 0) {
            return Pkt.Mark.END_OF_INPUT;
        }
        requireAll(got, HEADER_BYTES);
        int length = length();
        if (length > DELIM_LENGTH && length < HEADER_BYTES || length > PKT_BYTES_MAX) {
            throw new ProtocolErrorException("protocol error: bad line length " + length);
        }
        count(Math.max(length, HEADER_BYTES));
        if (length == 0) {
            return Pkt.Mark.FLUSH;
        }
        if (length == DELIM_LENGTH) {
            return Pkt.Mark.DELIM;
        }
        if (requestBytes > SHORT_BYTES) {
            taken += memory.take(length);
        }
        int content = length - HEADER_BYTES;
        requireAll(read(content), content);
        boolean lineFeed = content > 0 && buffer[content - 1] == '\n';
        return new Pkt.Line(Arrays.copyOf(buffer, lineFeed ? content - 1 : content));
    }

    /** Reads lines up to the flush packet that ends a request, giving each to the consumer. */
    public void forEachArgument(Argument consumer) throws IOException, ProtocolErrorException {
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
    public static ProtocolErrorException hungUp() {
        return new ProtocolErrorException("the remote end hung up unexpectedly");
    }

    private void count(int bytes) throws ProtocolErrorException {
        requestBytes += bytes;
        if (requestBytes > requestBytesMax) {
            throw new ProtocolErrorException("the request is longer than " + requestBytesMax
                + " bytes, the limit of this server (" + setting + "); name fewer refs at a time");
        }
    }

    private int read(int length) throws IOException {
        if (length > buffer.length) {
            buffer = new byte[PKT_BYTES_MAX];
        }
        return in.readNBytes(buffer, 0, length);
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
                    + new String(buffer, 0, HEADER_BYTES, StandardCharsets.ISO_8859_1));
            }
            length = length << 4 | digit;
        }
        return length;
    }

    /** Takes one line of a request. */
    public interface Argument {
        /** Takes it; what it throws ends the request. */
        void accept(String line) throws IOException, ProtocolErrorException;
    }
}
