package dev.trine.inspector.admin;

import java.io.Console;
import java.util.Optional;

/** Somebody who can be asked a question. */
@FunctionalInterface
public interface Prompt {
    /** Asks, and waits for a line; empty: there is nobody to ask. */
    Optional<String> ask(String question);

    /** Whoever sits at the process's terminal. */
    static Prompt terminal() {
        return question -> {
            Console console = System.console();
            return console == null ? Optional.empty() : Optional.ofNullable(console.readLine("%s ", question));
        };
    }
}
