package dev.trine.ssh;

import dev.trine.common.door.AddressRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a load balancer sends before a client's own bytes, to say who the client is: the PROXY protocol, versions 1 and
 * 2 (HAProxy's proxy-protocol.txt). A pure function of the bytes received so far.
 */
sealed interface ProxyHeader {
    /** Longest header that is read, in bytes. */
    int BYTES_MAX = 16 + 2048;

    /** More bytes are needed. */
    record Incomplete() implements ProxyHeader {
    }

    /**
     * It is whole.
     *
     * @param address the client; empty: the load balancer speaks for itself, or does not tell
     * @param bytes   length of the header
     */
    record Whole(Optional<InetSocketAddress> address, int bytes) implements ProxyHeader {
    }

    /** It is none, in one sentence. */
    record Malformed(String why) implements ProxyHeader {
    }

    /** Reads one from the first bytes of a connection. */
    static ProxyHeader parse(byte[] received) {
        if (received.length == 0) {
            return new Incomplete();
        }
        return received[0] == 'P' ? Text.parse(received) : Binary.parse(received);
    }

    private static boolean agrees(byte[] received, byte[] start) {
        int length = Math.min(received.length, start.length);
        return Arrays.equals(received, 0, length, start, 0, length);
    }

    /** Version 1: a line. */
    final class Text {
        private static final byte[] START = "PROXY ".getBytes(StandardCharsets.US_ASCII);
        private static final int LINE_MAX = 107;
        private static final int PORT_MAX = 65_535;

        private Text() {
        }

        static ProxyHeader parse(byte[] received) {
            if (!agrees(received, START)) {
                return new Malformed("it does not begin with a PROXY header");
            }
            String line = new String(received, 0, Math.min(received.length, LINE_MAX), StandardCharsets.ISO_8859_1);
            int end = line.indexOf("\r\n");
            if (end < 0) {
                return received.length < LINE_MAX ? new Incomplete()
                    : new Malformed("its PROXY header has more than " + LINE_MAX + " bytes");
            }
            try {
                return new Whole(client(line.substring(0, end).split(" ", -1)), end + 2);
            } catch (IllegalArgumentException e) {
                return new Malformed("its PROXY header is malformed");
            }
        }

        private static Optional<InetSocketAddress> client(String[] words) {
            if (words[1].equals("UNKNOWN")) {
                return Optional.empty();
            }
            boolean four = words[1].equals("TCP4");
            if (words.length != 6 || !four && !words[1].equals("TCP6")
                || isFour(words[2]) != four || isFour(words[3]) != four) {
                throw new IllegalArgumentException("not TCP");
            }
            AddressRange.address(words[3]);
            port(words[5]);
            return Optional.of(new InetSocketAddress(AddressRange.address(words[2]), port(words[4])));
        }

        private static boolean isFour(String address) {
            return !address.contains(":");
        }

        private static int port(String text) {
            if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > PORT_MAX) {
                throw new IllegalArgumentException("not a port");
            }
            return Integer.parseInt(text);
        }
    }

    /** Version 2: bytes. */
    final class Binary {
        private static final byte[] START = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
        private static final int FIXED_BYTES = 16;
        private static final int LOCAL = 0x20;
        private static final int PROXY = 0x21;
        private static final int UNSPECIFIED = 0x00;
        private static final int TCP4 = 0x11;
        private static final int TCP6 = 0x21;

        private Binary() {
        }

        static ProxyHeader parse(byte[] received) {
            if (!agrees(received, START)) {
                return new Malformed("it does not begin with a PROXY header");
            }
            if (received.length < FIXED_BYTES) {
                return new Incomplete();
            }
            ByteBuffer in = ByteBuffer.wrap(received).position(START.length);
            int command = Byte.toUnsignedInt(in.get());
            int family = Byte.toUnsignedInt(in.get());
            int length = Short.toUnsignedInt(in.getShort());
            if (FIXED_BYTES + length > BYTES_MAX) {
                return new Malformed("its PROXY header has more than " + BYTES_MAX + " bytes");
            }
            if (command != LOCAL && command != PROXY) {
                return new Malformed("its PROXY header has a command that is not known");
            }
            if (received.length < FIXED_BYTES + length) {
                return new Incomplete();
            }
            int whole = FIXED_BYTES + length;
            return switch (command == LOCAL ? UNSPECIFIED : family) {
                case UNSPECIFIED -> new Whole(Optional.empty(), whole);
                case TCP4 -> client(in, length, 4, whole);
                case TCP6 -> client(in, length, 16, whole);
                default -> new Malformed("its PROXY header is for something else than TCP");
            };
        }

        private static ProxyHeader client(ByteBuffer in, int length, int addressBytes, int whole) {
            if (length < 2 * addressBytes + 2 * Short.BYTES) {
                return new Malformed("its PROXY header is too short for its addresses");
            }
            byte[] source = new byte[addressBytes];
            in.get(source).position(in.position() + addressBytes);
            try {
                return new Whole(Optional.of(new InetSocketAddress(InetAddress.getByAddress(source),
                    Short.toUnsignedInt(in.getShort()))), whole);
            } catch (UnknownHostException e) {
                throw new IllegalStateException("an address of " + addressBytes + " bytes", e);
            }
        }
    }
}
