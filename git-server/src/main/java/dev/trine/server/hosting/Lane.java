package dev.trine.server.hosting;

/**
 * Among whom a caller stands when work is shared out: each member of a kind gets as much as every other one.
 *
 * @param kind   of what sort he is
 * @param member who he is among those: the name of a user or credential, of anonymous callers the address
 */
public record Lane(Kind kind, String member) {
    /** Sorts of callers. */
    public enum Kind {
        /** Users who signed in as themselves. */
        PEOPLE,
        /** Deploy keys, and tokens that act for themselves: build machines and other programs. */
        AUTOMATION,
        /** Who has not signed in. */
        ANONYMOUS
    }
}
