package dev.trine.deploy.chaos;

import java.util.Optional;

/** What a client knows of how its operation ended. */
sealed interface Outcome {
    /** In one word, for tables. */
    String word();

    /** What there is to say about it beyond the word. */
    String text();

    /**
     * It was done: the push was reported as accepted, or the refs were read.
     *
     * @param receipt what the server said about where the push is durable
     */
    record Done(Optional<Receipt> receipt) implements Outcome {
        @Override
        public String word() {
            return "done";
        }

        @Override
        public String text() {
            return receipt.map(Receipt::toString).orElse("");
        }
    }

    /** The push was turned down: none of its changes happened, nor will. */
    record Rejected(String reason) implements Outcome {
        @Override
        public String word() {
            return "rejected";
        }

        @Override
        public String text() {
            return reason;
        }
    }

    /** The client cannot tell: a push may have happened or may yet happen; a read brought nothing. */
    record Unknown(String error) implements Outcome {
        @Override
        public String word() {
            return "failed";
        }

        @Override
        public String text() {
            return error;
        }
    }
}
