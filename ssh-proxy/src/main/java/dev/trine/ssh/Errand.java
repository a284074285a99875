package dev.trine.ssh;

import java.util.List;
import java.util.Optional;

/** What a person may ask for beside Git's programs. */
sealed interface Errand {
    /** "whoami". */
    record WhoAmI() implements Errand {
    }

    /**
     * "repo list [GROUP]".
     *
     * @param group whose repositories, without a slash at either end, as people write one; empty: all
     */
    record ListRepositories(String group) implements Errand {
        /** Takes the slashes off. */
        static ListRepositories of(String given) {
            String rest = given.startsWith("/") ? given.substring(1) : given;
            return new ListRepositories(rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest);
        }
    }

    /** "repo create PATH". */
    record CreateRepository(String path) implements Errand {
    }

    /** Finds out what a command line asks for; empty: none of these. */
    static Optional<Errand> parse(String text) {
        List<String> words = CommandLine.split(text);
        if (words.equals(List.of("whoami"))) {
            return Optional.of(new WhoAmI());
        }
        if (words.size() < 2 || words.size() > 3 || !words.getFirst().equals("repo")) {
            return Optional.empty();
        }
        Optional<String> argument = words.size() == 3 ? Optional.of(words.get(2)) : Optional.empty();
        return switch (words.get(1)) {
            case "list" -> Optional.of(ListRepositories.of(argument.orElse("")));
            case "create" -> argument.map(CreateRepository::new);
            default -> Optional.empty();
        };
    }
}
