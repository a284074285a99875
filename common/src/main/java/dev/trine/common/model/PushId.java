package dev.trine.common.model;

/** Identity of one push, assigned at the edge; a push that is retried keeps it. 32 hexadecimal digits. */
public record PushId(String value) {
    public PushId {
        Hex.check(value, 32, "a push id");
    }

    @Override
    public String toString() {
        return value;
    }
}
