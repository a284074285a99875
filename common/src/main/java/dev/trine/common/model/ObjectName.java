package dev.trine.common.model;

/** Name of a Git object: the 40 hexadecimal digits of its SHA-1. */
public record ObjectName(String hex) {
    public ObjectName {
        Hex.check(hex, 40, "an object name");
    }

    @Override
    public String toString() {
        return hex;
    }
}
