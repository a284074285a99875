package dev.trine.common.model;

/** Random id made when a data directory is formatted, 32 hexadecimal digits. A lost disk returns as another one. */
public record Incarnation(String value) {
    public Incarnation {
        Hex.check(value, 32, "an incarnation");
    }

    @Override
    public String toString() {
        return value;
    }
}
