package dev.trine.common.door;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** What of a client's address says who it is: no port, and of IPv6 the network, in which a machine has any number. */
public final class ClientHost {
    private static final int NETWORK_BYTES = 8;

    private ClientHost() {
    }

    /** That of an address as proxies write it: "192.0.2.1", "/192.0.2.1:5", "name/[2001:db8::1]:5". */
    public static String of(String address) {
        String host = withoutPort(address.substring(address.lastIndexOf('/') + 1));
        return host.indexOf(':') < 0 ? host : network(host);
    }

    private static String withoutPort(String address) {
        if (address.startsWith("[") && address.indexOf(']') > 0) {
            return address.substring(1, address.indexOf(']'));
        }
        int colon = address.indexOf(':');
        return colon >= 0 && colon == address.lastIndexOf(':') ? address.substring(0, colon) : address;
    }

    /** In brackets it is an address or nothing: nobody is asked for a name. */
    private static String network(String host) {
        try {
            InetAddress parsed = InetAddress.getByName("[" + host + "]");
            byte[] bytes = parsed.getAddress();
            return bytes.length < NETWORK_BYTES ? parsed.getHostAddress()
                : HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES);
        } catch (UnknownHostException e) {
            return host;
        }
    }
}
