package dev.trine.common.model;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.fuzz.Hostile;
import dev.trine.common.model.RefLimits.Change;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Patterns of refs, compared with regular expressions. */
class RefLimitsFuzzTest {
    private static final Pattern PARTS = Pattern.compile("\\*+|[^*]+");

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.of("a", "b", "/", "*", "**", "refs/heads/", "\u2028", "ü").list().ofMaxSize(8)
            .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("a", "b", "/", "refs/heads/", "\u2028", "\n", "ü").list().ofMaxSize(8)
            .map(parts -> String.join("", parts));
    }

    @Property(tries = 10_000, seed = SEED)
    void aPatternMatchesAsItsRegularExpressionDoes(@ForAll("patterns") String pattern, @ForAll("names") String name) {
        StringBuilder regex = new StringBuilder();
        for (Matcher part = PARTS.matcher(pattern); part.find();) {
            regex.append(switch (part.group()) {
                case "*" -> "[^/]*";
                case String stars when stars.startsWith("*") -> "(?s:.*)";
                case String literal -> Pattern.quote(literal);
            });
        }
        assertThat(matches(pattern, name)).as(pattern + " on " + name).isEqualTo(Pattern.matches(regex.toString(),
            name));
    }

    @Property(tries = 200, seed = SEED)
    void noPatternHoldsAPushUp(@ForAll("patterns") String piece) {
        String pattern = piece.repeat(255 / Math.max(1, piece.length()));
        Hostile.bounded(() -> matches(pattern, "a".repeat(1000) + "/b".repeat(10)));
    }

    private static boolean matches(String pattern, String name) {
        return new RefLimits(List.of(new RefLimits.Limit(pattern, false, false, false)))
            .against(name, Change.FORWARDS).isPresent();
    }
}
