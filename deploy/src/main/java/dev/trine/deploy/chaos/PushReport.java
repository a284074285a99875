package dev.trine.deploy.chaos;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code git push --porcelain} printed. When in doubt the outcome is unknown. */
final class PushReport {
    /** flag, TAB, from:to, TAB, summary with the reason in parentheses. */
    private static final Pattern LINE = Pattern.compile("(?m)^([ +\\-*=!])\\t([^\\t]*):([^\\t]*)\\t(.*)$");
    private static final Pattern REASON = Pattern.compile("\\((.*)\\)$");
    /** Reasons that git gives before it sends anything, and those by which the server says that nothing happened. */
    private static final Set<String> CERTAIN = Set.of("stale info", "fetch first", "non-fast-forward",
        "atomic push failed", "atomic transaction failed");
    private static final int ERROR_CHARS_MAX = 400;

    private PushReport() {
    }

    /**
     * The outcome of a push.
     *
     * @param status exit status of git
     * @param out    its standard output
     * @param err    its standard error
     */
    static Outcome read(int status, String out, String err) {
        List<RefLine> lines = LINE.matcher(out).results()
            .map(line -> new RefLine(line.group(1), line.group(4))).toList();
        if (status == 0 && !lines.isEmpty() && lines.stream().noneMatch(RefLine::failed)) {
            return new Outcome.Done(Receipt.in(err));
        }
        if (!lines.isEmpty() && lines.stream().allMatch(RefLine::certainlyRejected)) {
            return new Outcome.Rejected(lines.getFirst().reason().orElse(""));
        }
        return new Outcome.Unknown(shortened(lines.isEmpty() ? err : out + err));
    }

    /** The lines that say something, on one line of bounded length. */
    static String shortened(String text) {
        String line = String.join(" | ", text.lines().map(String::strip)
            .filter(part -> !part.isEmpty() && !part.startsWith("To ") && !part.equals("Done")).toList());
        return line.length() <= ERROR_CHARS_MAX ? line : line.substring(0, ERROR_CHARS_MAX) + "…";
    }

    private record RefLine(String flag, String summary) {
        boolean failed() {
            return flag.equals("!");
        }

        boolean certainlyRejected() {
            return failed() && reason().filter(CERTAIN::contains).isPresent();
        }

        Optional<String> reason() {
            Matcher matcher = REASON.matcher(summary);
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        }
    }
}
