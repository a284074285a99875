package dev.trine.common.model;

import java.util.regex.Pattern;

/** Name of a node, for example "n1": 1 to 63 characters of a-z, 0-9 and '-'. */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final Pattern LEGAL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public NodeId {
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException("not a node name (1 to 63 of a-z, 0-9, '-'): '" + value + "'");
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
