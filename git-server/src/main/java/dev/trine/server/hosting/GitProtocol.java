package dev.trine.server.hosting;

/**
 * What the client put into GIT_PROTOCOL or the Git-Protocol header: keys, some with a value, separated by colons, as in
 * "version=2". Unknown keys are ignored, as Git does.
 *
 * @param text the header; empty: none was sent
 */
public record GitProtocol(String text) {
    /** Greatest length in characters. */
    public static final int CHARS_MAX = 1024;
    /** A client that asked for nothing. */
    public static final GitProtocol NONE = new GitProtocol("");

    public GitProtocol {
        if (text.length() > CHARS_MAX) {
            throw new IllegalArgumentException("a Git-Protocol value of " + text.length() + " characters, at most "
                + CHARS_MAX + " are read");
        }
    }

    /** The pack protocol's version: the highest of 0, 1 and 2 that was asked for. */
    public int version() {
        int version = 0;
        for (String key : text.split(":")) {
            version = switch (key) {
                case "version=1" -> Math.max(version, 1);
                case "version=2" -> 2;
                default -> version;
            };
        }
        return version;
    }
}
