package dev.trine.ssh;

import dev.trine.common.relay.GitProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client asks to be executed, if it is one of Git's programs.
 *
 * @param program which
 * @param path    the repository as the client named it
 */
record CommandLine(GitProgram program, String path) {
    private static final int CHARS_MAX = 4096;

    /** Parses {@code git-upload-pack 'path'} and {@code git upload-pack 'path'}; empty for anything else. */
    static Optional<CommandLine> parse(String text) {
        List<String> words = split(text);
        if (words.size() == 3 && words.getFirst().equals("git")) {
            words = List.of("git-" + words.get(1), words.get(2));
        }
        if (words.size() != 2 || words.get(1).isEmpty()) {
            return Optional.empty();
        }
        String path = words.get(1);
        return GitProgram.named(words.getFirst()).map(program -> new CommandLine(program, path));
    }

    /**
     * Splits as a shell would: quotes, and a backslash before one character. Empty if a quote is not closed, or the
     * text is of unreasonable length.
     */
    static List<String> split(String text) {
        return text.length() > CHARS_MAX ? List.of() : words(text);
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                inWord = true;
            } else if (quote != 0) {
                quote = append(word, c, quote);
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (c == ' ') {
                if (inWord) {
                    words.add(word.toString());
                }
                word.setLength(0);
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return quote == 0 ? words : List.of();
    }

    private static char append(StringBuilder word, char c, char quote) {
        if (c == quote) {
            return 0;
        }
        word.append(c);
        return quote;
    }
}
