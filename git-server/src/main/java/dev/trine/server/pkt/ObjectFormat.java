package dev.trine.server.pkt;

/** The object format of every repository here. */
public final class ObjectFormat {
    /** The capability by which both sides name theirs, with the equals sign. */
    public static final String KEY = "object-format=";
    /** What this server says. */
    public static final String CAPABILITY = KEY + "sha1";

    private ObjectFormat() {
    }

    /** Refuses a client whose repository is of another format, which it named after {@link #KEY}. */
    public static void requireSha1(String format) throws ProtocolErrorException {
        if (!format.equals("sha1")) {
            throw new ProtocolErrorException("this server hosts SHA-1 repositories only and yours is " + format
                + "; create it with --object-format=sha1");
        }
    }
}
