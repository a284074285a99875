package dev.trine.common.door;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The addresses that begin with the same bits. Addresses are given as numbers only; no name is ever looked up.
 *
 * @param base an address of the range
 * @param bits how many of its first bits count
 */
public record AddressRange(InetAddress base, int bits) {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}");
    private static final Pattern BITS = Pattern.compile("\\d{1,3}");
    private static final int SUBSCRIBER_BITS = 64;

    public AddressRange {
        if (bits < 0 || bits > base.getAddress().length * Byte.SIZE) {
            throw new IllegalArgumentException(bits + " bits of " + base.getHostAddress() + " are not a range");
        }
    }

    /** Reads "10.0.0.0/8", "fd00::/8", or one address. */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        if (slash >= 0 && !BITS.matcher(text.substring(slash + 1)).matches()) {
            throw new IllegalArgumentException("'" + TerminalText.line(text) + "' is not a range of addresses; write it"
                + " like 10.0.0.0/8");
        }
        InetAddress base = address(slash < 0 ? text : text.substring(0, slash));
        return new AddressRange(base, slash < 0 ? base.getAddress().length * Byte.SIZE
            : Integer.parseInt(text.substring(slash + 1)));
    }

    /** Reads an address; one of IPv4 that is written as IPv6 is taken for what it is. */
    public static InetAddress address(String text) {
        if (IPV4.matcher(text).matches() || IPV6.matcher(text).matches()) {
            try {
                return InetAddress.getByName(text);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("'" + text + "' is not an address", e);
            }
        }
        throw new IllegalArgumentException("'" + TerminalText.line(text) + "' is not an address");
    }

    /** The address of one end of a connection over IP. */
    public static Optional<InetAddress> of(SocketAddress end) {
        return end instanceof InetSocketAddress internet ? Optional.ofNullable(internet.getAddress())
            : Optional.empty();
    }

    /** What one subscriber has: of IPv4 the address, of IPv6 the network, in which he has any number of addresses. */
    public static AddressRange ofSubscriber(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length * Byte.SIZE <= SUBSCRIBER_BITS) {
            return new AddressRange(address, bytes.length * Byte.SIZE);
        }
        Arrays.fill(bytes, SUBSCRIBER_BITS / Byte.SIZE, bytes.length, (byte) 0);
        try {
            return new AddressRange(InetAddress.getByAddress(bytes), SUBSCRIBER_BITS);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }

    /** Whether that address lies within. */
    public boolean contains(InetAddress address) {
        byte[] mine = base.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> i % Byte.SIZE;
            if (((mine[i / Byte.SIZE] ^ other[i / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether that address lies within any of those. */
    public static boolean anyContains(Collection<AddressRange> ranges, InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }
}
