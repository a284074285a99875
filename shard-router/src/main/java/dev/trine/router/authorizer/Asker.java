package dev.trine.router.authorizer;

import dev.trine.router.directory.Bearer;
import dev.trine.router.metadata.Access;

/**
 * Who wants to do something.
 *
 * @param user       name of the user for whom he acts; empty: his credential acts for itself, or he did not sign in
 * @param credential its name; empty: not known
 * @param address    the client's, without the port; empty: not known
 */
public record Asker(String user, String credential, String address) {
    private static final int ADDRESS_CHARS_MAX = 100;

    /** Who came with that credential from that address, "host:port". */
    public static Asker of(Bearer bearer, String client) {
        int port = client.lastIndexOf(':');
        String host = port < 0 ? client : client.substring(0, port);
        return new Asker(bearer.user().map(access -> access.user().name().value()).orElse(""),
            bearer.credential().name(), host.substring(0, Math.min(host.length(), ADDRESS_CHARS_MAX)));
    }

    /** Who calls the administration service, or asks a proxy for an errand. */
    public static Asker of(Access caller) {
        return new Asker(caller.user().name().value(), "", "");
    }
}
