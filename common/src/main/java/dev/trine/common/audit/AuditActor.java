package dev.trine.common.audit;

/**
 * Who did something.
 *
 * @param name       of the user, or of a credential that acts for itself; empty: nobody has signed in
 * @param userId     immutable id of the user; 0: none
 * @param credential by what he signed in, for example "key 7", or what is known of one that was refused; may be empty
 * @param client     network address that he came from; a host name and slash before it, as Java shows it, are left out
 * @param door       where he came in: "ssh", "http" or "api"
 */
public record AuditActor(String name, long userId, String credential, String client, String door) {
    private static final int CHARS_MAX = 300;

    public AuditActor {
        name = AuditText.bounded(name, CHARS_MAX);
        credential = AuditText.bounded(credential, CHARS_MAX);
        client = AuditText.bounded(client.substring(client.indexOf('/') + 1), CHARS_MAX);
    }

    long chars() {
        return (long) name.length() + credential.length() + client.length() + door.length();
    }

    /** Of whom nothing but his address is known. */
    public static AuditActor unknown(String client, String door) {
        return new AuditActor("", 0, "", client, door);
    }
}
