package dev.trine.common.model;

/** Name of a pack: the 40 hexadecimal digits of the SHA-1 in its trailer. */
public record PackName(String hex) {
    public PackName {
        Hex.check(hex, 40, "a pack name");
    }

    @Override
    public String toString() {
        return hex;
    }
}
