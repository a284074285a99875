package dev.trine.router.metadata;

import java.util.regex.Pattern;

/** Unique name of a user: 1 to 64 of a-z, 0-9, '.', '_' and '-', starting with a letter or digit. */
public record UserName(String value) {
    private static final Pattern LEGAL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    public UserName {
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + Shown.briefly(value) + "' is not a user name: use 1 to 64 of a-z,"
                + " 0-9, '.', '_' and '-', starting with a letter or digit");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
