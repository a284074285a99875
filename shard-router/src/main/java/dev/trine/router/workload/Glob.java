package dev.trine.router.workload;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A pattern in which '*' stands for anything but '/', and '**' for anything. */
final class Glob {
    private static final Pattern STARS = Pattern.compile("\\*+");

    private final Pattern pattern;

    private Glob(Pattern pattern) {
        this.pattern = pattern;
    }

    static Glob of(String text) {
        StringBuilder regex = new StringBuilder();
        Matcher stars = STARS.matcher(text);
        int from = 0;
        while (stars.find()) {
            regex.append(Pattern.quote(text.substring(from, stars.start())))
                .append(stars.group().length() == 1 ? "[^/]*" : ".*");
            from = stars.end();
        }
        regex.append(Pattern.quote(text.substring(from)));
        return new Glob(Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    boolean matches(String value) {
        return pattern.matcher(value).matches();
    }
}
