package dev.trine.common.relay;

import dev.trine.proto.Operation;
import java.util.Arrays;
import java.util.Optional;

/** Git's two server programs. */
public enum GitProgram {
    /** Serves clone, fetch and ls-remote. */
    UPLOAD_PACK("git-upload-pack", Operation.READ),
    /** Serves push. */
    RECEIVE_PACK("git-receive-pack", Operation.WRITE);

    private final String text;
    private final Operation operation;

    GitProgram(String text, Operation operation) {
        this.text = text;
        this.operation = operation;
    }

    /** The program that a client names, for example "git-upload-pack". */
    public static Optional<GitProgram> named(String text) {
        return Arrays.stream(values()).filter(program -> program.text.equals(text)).findFirst();
    }

    /** Its name, for example "git-upload-pack". */
    public String text() {
        return text;
    }

    /** What its user may have to be allowed. */
    Operation operation() {
        return operation;
    }
}
