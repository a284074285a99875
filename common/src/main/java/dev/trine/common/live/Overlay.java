package dev.trine.common.live;

/** Says which value of a setting counts, given what the configuration says. */
public interface Overlay {
    /** The value that is set live; where none is, or it cannot be read, the configured one. */
    <T> T get(Setting<T> setting, T configured);
}
