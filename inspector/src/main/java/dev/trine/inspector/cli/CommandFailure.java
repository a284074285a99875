package dev.trine.inspector.cli;

/** A command cannot do what it was asked. The message is one sentence for the user: the fact, then the remedy. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CommandFailure(String sentence) {
        super(sentence);
    }

    public CommandFailure(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
