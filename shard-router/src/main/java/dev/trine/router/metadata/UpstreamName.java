package dev.trine.router.metadata;

import java.util.regex.Pattern;

/** Unique name of an upstream: 1 to 64 of a-z, 0-9, '.', '_' and '-', starting with a letter or digit. */
public record UpstreamName(String value) implements Comparable<UpstreamName> {
    private static final Pattern LEGAL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    public UpstreamName {
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + Shown.briefly(value) + "' is not a name of an upstream: use 1 to"
                + " 64 of a-z, 0-9, '.', '_' and '-', starting with a letter or digit");
        }
    }

    @Override
    public int compareTo(UpstreamName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
