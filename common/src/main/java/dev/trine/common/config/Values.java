package dev.trine.common.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Scalars of configuration files: from their text to the type of the record component, and back. */
final class Values {
    private Values() {
    }

    /**
     * Reads one scalar.
     *
     * @throws IllegalArgumentException with a message that says how to write it
     */
    static Object parse(String text, Class<?> type) {
        if (type == String.class) {
            return text;
        }
        if (type == int.class) {
            return Math.toIntExact(number(text));
        }
        if (type == long.class) {
            return number(text);
        }
        if (type == boolean.class) {
            return bool(text);
        }
        if (type == Duration.class) {
            return Durations.parse(text);
        }
        if (type == ByteSize.class) {
            return ByteSize.parse(text);
        }
        if (type == HostPort.class) {
            return HostPort.parse(text);
        }
        if (type == Path.class) {
            return Path.of(text);
        }
        if (type == URI.class) {
            return URI.create(text);
        }
        if (type.isEnum()) {
            return constant(text, type);
        }
        throw new IllegalStateException("no configuration values of " + type);
    }

    static String format(Object value) {
        return switch (value) {
            case Duration d -> Durations.format(d);
            case Enum<?> e -> word(e);
            default -> value.toString();
        };
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text.replace("_", ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a whole number", e);
        }
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static Object constant(String text, Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
            .filter(constant -> word((Enum<?>) constant).equals(text))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("not one of " + Arrays.stream(type.getEnumConstants())
                .map(constant -> word((Enum<?>) constant)).collect(Collectors.joining(", "))));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
