package dev.trine.common.model;

/** A SHA-256 value: 64 hexadecimal digits. */
public record Sha256(String hex) {
    public Sha256 {
        Hex.check(hex, 64, "a SHA-256 value");
    }

    @Override
    public String toString() {
        return hex;
    }
}
