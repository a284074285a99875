package dev.trine.server.hosting;

import java.util.regex.Pattern;

/** Name and version that this server tells Git clients, for example "trine/0.1.0". */
public record Agent(String value) {
    private static final Pattern LEGAL = Pattern.compile("[!-~]{1,64}");

    public Agent {
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException("not an agent (1 to 64 printable characters, no space): '" + value
                + "'");
        }
    }

    /** The agent of that release of Trine. */
    public static Agent ofRelease(String release) {
        return new Agent("trine/" + release);
    }

    @Override
    public String toString() {
        return value;
    }
}
