package dev.trine.server.content;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One line of a .gitattributes file, as far as it is about export-ignore (gitattributes(5)). Macros and quoted patterns
 * are not followed.
 *
 * @param pattern       of names, or of paths below the file's directory
 * @param ofNames       only the last part of a path is compared
 * @param ofDirectories only directories are compared
 * @param ignores       what matches is left out
 */
record ExportRule(Glob pattern, boolean ofNames, boolean ofDirectories, boolean ignores) {
    /** The attribute. */
    static final String ATTRIBUTE = "export-ignore";
    private static final Pattern BLANKS = Pattern.compile("[ \t\r\n]+");

    /** The rule of a line; empty: it is about something else. */
    static Optional<ExportRule> of(String line) {
        String[] words = BLANKS.split(line.strip());
        Optional<Boolean> ignores = Optional.empty();
        for (int i = 1; i < words.length; i++) {
            String name = words[i].replaceFirst("^[-!]", "").replaceFirst("=.*", "");
            if (name.equals(ATTRIBUTE)) {
                ignores = Optional.of(words[i].equals(ATTRIBUTE));
            }
        }
        String pattern = words[0];
        if (pattern.startsWith("#") || pattern.startsWith("!") || pattern.startsWith("[attr]")) {
            return Optional.empty();
        }
        boolean ofDirectories = pattern.endsWith("/");
        String path = ofDirectories ? pattern.substring(0, pattern.length() - 1) : pattern;
        return ignores.map(ignored -> new ExportRule(Glob.of(path.startsWith("/") ? path.substring(1) : path),
            path.indexOf('/') < 0, ofDirectories, ignored));
    }

    /**
     * Whether an entry matches.
     *
     * @param path below the file's directory
     */
    boolean matches(String path, boolean directory, Glob.Cost cost) throws NotServedException {
        return (directory || !ofDirectories)
            && pattern.matches(ofNames ? path.substring(path.lastIndexOf('/') + 1) : path, cost);
    }
}
