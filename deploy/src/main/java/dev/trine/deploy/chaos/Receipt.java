package dev.trine.deploy.chaos;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a pusher is told: the version of the repository that his push made, and the nodes that hold it.
 *
 * @param nodes   names of the nodes, at least one
 * @param unasked whether it says that one more node has it, which could not be asked
 * @param id      short name of the receipt that the nodes keep
 */
record Receipt(long version, List<String> nodes, boolean unasked, Optional<String> id) {
    private static final Pattern LINE =
        Pattern.compile("trine: version ([0-9]{1,18}) durable on ([a-z0-9-]+( [a-z0-9-]+)*)"
            + "(, and on one more node, which could not be asked)?(?: \\(receipt ([0-9a-f.-]+)\\))?");

    /** Finds the receipt in what git printed. */
    static Optional<Receipt> in(String text) {
        Matcher matcher = LINE.matcher(text);
        return matcher.find()
            ? Optional.of(new Receipt(Long.parseLong(matcher.group(1)), List.of(matcher.group(2).split(" ")),
                matcher.group(4) != null, Optional.ofNullable(matcher.group(5))))
            : Optional.empty();
    }

    @Override
    public String toString() {
        return "version " + version + " on " + String.join(" ", nodes) + (unasked ? " and one more" : "");
    }
}
