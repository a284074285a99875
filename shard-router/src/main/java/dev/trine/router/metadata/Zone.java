package dev.trine.router.metadata;

import java.util.regex.Pattern;

/** Names of zones. */
public final class Zone {
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,63}");

    private Zone() {
    }

    /** The name, if it is one. */
    public static String check(String name) {
        if (!LEGAL.matcher(name).matches()) {
            throw new IllegalArgumentException("zone must have 1 to 63 letters, digits, '.', '_' or '-'");
        }
        return name;
    }
}
