package dev.trine.inspector.admin;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long a token works: a number with s, m, h or d, for example "90d"; zero: for ever. */
record LifeTime(Duration duration) {
    /** Reads it from the command line. */
    static final class Converter implements ITypeConverter<LifeTime> {
        private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})([smhd])");

        @Override
        public LifeTime convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text
                    + "' is not a life time, write for example 90d, 12h or 30m");
            }
            ChronoUnit unit = switch (matcher.group(2).charAt(0)) {
                case 's' -> ChronoUnit.SECONDS;
                case 'm' -> ChronoUnit.MINUTES;
                case 'h' -> ChronoUnit.HOURS;
                default -> ChronoUnit.DAYS;
            };
            return new LifeTime(Duration.of(Long.parseLong(matcher.group(1)), unit));
        }
    }
}
