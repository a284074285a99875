package dev.trine.common.live;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Durations;
import dev.trine.common.model.Share;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What values a setting may have, and how they are written. */
public sealed interface Kind<T> {
    /** Name of the type, for people. */
    String type();

    /** Values that there may be, for people. */
    String range();

    /** The value that is written so; empty: it is not of this type, or out of range. */
    Optional<T> parse(String text);

    /** How a value is written. */
    String format(T value);

    /** A whole number. */
    record Whole(int min, int max) implements Kind<Integer> {
        @Override
        public String type() {
            return "integer";
        }

        @Override
        public String range() {
            return min + " to " + max;
        }

        @Override
        public Optional<Integer> parse(String text) {
            return text.matches("[0-9]{1,9}")
                ? Optional.of(Integer.valueOf(text)).filter(value -> value >= min && value <= max) : Optional.empty();
        }

        @Override
        public String format(Integer value) {
            return value.toString();
        }
    }

    /** A number of bytes. */
    record Size(ByteSize min, ByteSize max) implements Kind<ByteSize> {
        @Override
        public String type() {
            return "size";
        }

        @Override
        public String range() {
            return min + " to " + max;
        }

        @Override
        public Optional<ByteSize> parse(String text) {
            try {
                return Optional.of(ByteSize.parse(text))
                    .filter(value -> value.bytes() >= min.bytes() && value.bytes() <= max.bytes());
            } catch (IllegalArgumentException | ArithmeticException notOne) {
                return Optional.empty();
            }
        }

        @Override
        public String format(ByteSize value) {
            return value.toString();
        }
    }

    /** A time. */
    record Time(Duration min, Duration max) implements Kind<Duration> {
        @Override
        public String type() {
            return "duration";
        }

        @Override
        public String range() {
            return Durations.format(min) + " to " + Durations.format(max);
        }

        @Override
        public Optional<Duration> parse(String text) {
            try {
                return Optional.of(Durations.parse(text))
                    .filter(value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
            } catch (IllegalArgumentException notOne) {
                return Optional.empty();
            }
        }

        @Override
        public String format(Duration value) {
            return Durations.format(value);
        }
    }

    /** On or off. */
    record Switch() implements Kind<Boolean> {
        @Override
        public String type() {
            return "switch";
        }

        @Override
        public String range() {
            return "on or off";
        }

        @Override
        public Optional<Boolean> parse(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "on", "true" -> Optional.of(true);
                case "off", "false" -> Optional.of(false);
                default -> Optional.empty();
            };
        }

        @Override
        public String format(Boolean value) {
            return value ? "on" : "off";
        }
    }

    /** A share of repositories or users. */
    record Percentage() implements Kind<Share> {
        @Override
        public String type() {
            return "percentage";
        }

        @Override
        public String range() {
            return "0 to 100";
        }

        @Override
        public Optional<Share> parse(String text) {
            return text.matches("[0-9]{1,3}%?") ? Optional.of(Integer.valueOf(text.replace("%", "")))
                .filter(value -> value <= Share.ALL.percent()).map(Share::new) : Optional.empty();
        }

        @Override
        public String format(Share value) {
            return Integer.toString(value.percent());
        }
    }

    /** Text for people; lines are all right, other control characters are not. */
    record Text(int charsMax) implements Kind<String> {
        @Override
        public String type() {
            return "text";
        }

        @Override
        public String range() {
            return "at most " + charsMax + " characters";
        }

        @Override
        public Optional<String> parse(String text) {
            return text.length() <= charsMax && text.chars().allMatch(at -> at == '\n' || !Character.isISOControl(at))
                ? Optional.of(text) : Optional.empty();
        }

        @Override
        public String format(String value) {
            return value;
        }
    }
}
