package dev.trine.common.config;

/** A configuration that cannot be used. The message names the file and lists every problem, one per line. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    public ConfigException(String message) {
        super(message);
    }
}
