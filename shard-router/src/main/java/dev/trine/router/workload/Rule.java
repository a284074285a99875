package dev.trine.router.workload;

import dev.trine.common.config.Default;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.Right;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.Shown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What JWTs with certain claims give.
 *
 * @param claims patterns that claims must match, all of them, by the claim's name; '*' stands for anything but '/',
 *               '**' for anything
 * @param role   what is given: reader, writer or maintainer
 * @param paths  groups and repositories where; "{NAME}" stands for the claim of that name, which must be among claims
 * @param life   how long the token works that is given
 */
public record Rule(Map<String, String> claims, AccessRole role, List<String> paths,
                   @Default("15m") Duration life) {
    private static final Duration LIFE_MAX = Duration.ofHours(1);
    private static final Duration LIFE_MIN = Duration.ofMinutes(1);
    private static final int CLAIMS_MAX = 20;
    private static final int PATHS_MAX = 20;
    private static final int PATTERN_CHARS_MAX = 255;
    private static final Pattern PLACE = Pattern.compile("\\{([^{}]+)}");

    public Rule {
        claims = Map.copyOf(claims);
        paths = List.copyOf(paths);
        if (claims.isEmpty() || claims.size() > CLAIMS_MAX || paths.isEmpty() || paths.size() > PATHS_MAX) {
            throw new IllegalArgumentException("a rule has 1 to " + CLAIMS_MAX + " claims, else everybody to whom the"
                + " issuer gives a token could use it, and 1 to " + PATHS_MAX + " paths");
        }
        if (claims.values().stream().anyMatch(glob -> glob.isEmpty() || glob.length() > PATTERN_CHARS_MAX)) {
            throw new IllegalArgumentException("the pattern of a claim has 1 to " + PATTERN_CHARS_MAX + " characters");
        }
        if (role == AccessRole.ADMINISTRATOR) {
            throw new IllegalArgumentException("role: a workload is at most maintainer");
        }
        if (life.compareTo(LIFE_MIN) < 0 || life.compareTo(LIFE_MAX) > 0) {
            throw new IllegalArgumentException("life is 1m to 1h");
        }
        for (String path : paths) {
            check(path, claims);
        }
    }

    private static void check(String path, Map<String, String> claims) {
        Matcher places = PLACE.matcher(path);
        while (places.find()) {
            if (!claims.containsKey(places.group(1))) {
                throw new IllegalArgumentException("path " + path + " uses the claim " + places.group(1) + ", for which"
                    + " claims has no pattern; write one, so that its value cannot be just anything");
            }
        }
        new Scope(PLACE.matcher(path).replaceAll("x"));
    }

    /** Names of its claims that a JWT lacks or that do not match; none: the rule holds for it. */
    List<String> mismatches(Claims jwt) {
        return claims.entrySet().stream()
            .filter(claim -> jwt.text(claim.getKey()).filter(Glob.of(claim.getValue())::matches).isEmpty())
            .map(Map.Entry::getKey).sorted().toList();
    }

    /** What it gives to a JWT that it holds for. */
    Answer<List<Right>> rights(Claims jwt) {
        List<Right> rights = new ArrayList<>();
        for (String path : paths) {
            Matcher places = PLACE.matcher(path);
            StringBuilder filled = new StringBuilder();
            while (places.find()) {
                String value = jwt.text(places.group(1)).orElse("");
                Optional<Refusal> objection = objection(places.group(1), value);
                if (objection.isPresent()) {
                    return Answer.refuse(objection.get());
                }
                places.appendReplacement(filled, Matcher.quoteReplacement(value));
            }
            places.appendTail(filled);
            Optional<Scope> scope = scope(filled.toString());
            if (scope.isEmpty()) {
                return Answer.refuse(Refusal.forbidden("with its claims, a path of this token would be '"
                    + Shown.briefly(filled.toString()) + "', which cannot be the path of a group or repository"));
            }
            rights.add(new Right(scope.get(), role));
        }
        return Answer.of(rights);
    }

    private static Optional<Refusal> objection(String claim, String value) {
        return scope(value).filter(scope -> !scope.equals(Scope.EVERYWHERE)).isPresent() ? Optional.empty()
            : Optional.of(Refusal.forbidden("the claim " + Shown.briefly(claim) + " of this token is '"
                + Shown.briefly(value) + "', which cannot be a part of a repository's path"));
    }

    private static Optional<Scope> scope(String path) {
        try {
            return Optional.of(new Scope(path));
        } catch (IllegalArgumentException noPath) {
            return Optional.empty();
        }
    }
}
