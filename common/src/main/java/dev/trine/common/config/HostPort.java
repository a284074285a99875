package dev.trine.common.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** A host and a TCP port, written "127.0.0.1:9000" or "[::1]:9000"; port 0 asks for any free one. */
public record HostPort(String host, int port) {
    private static final Pattern NO_BRACKETS = Pattern.compile("[^\\[\\]]+");

    public HostPort {
        if (host.isBlank() || !NO_BRACKETS.matcher(host).matches() || port < 0 || port > 65535) {
            throw new IllegalArgumentException("not a host and port, write 127.0.0.1:9000");
        }
    }

    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("not a host and port, write 127.0.0.1:9000");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
    }

    /** The address to bind or connect to; resolves the host now. */
    public InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    /** Whether only this machine can reach it. */
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
