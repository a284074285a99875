package dev.trine.common.model;

/**
 * Name of a Git object: the 40 hexadecimal digits of its SHA-1. Comparable so that names whose hashes somebody has made
 * equal do not slow down the maps that they are put into.
 */
public record ObjectName(String hex) implements Comparable<ObjectName> {
    public ObjectName {
        Hex.check(hex, 40, "an object name");
    }

    @Override
    public int compareTo(ObjectName other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
