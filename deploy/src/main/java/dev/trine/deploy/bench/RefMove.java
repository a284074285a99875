package dev.trine.deploy.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A branch that is moved to a new commit (gitprotocol-pack(5), "Reference Update Request and Packfile Transfer").
 *
 * @param branch name below refs/heads
 * @param old    commit that it is at, if it exists
 * @param pack   with the new commit
 */
public record RefMove(String branch, Optional<String> old, CommitPack pack) {
    private static final String NO_OBJECT = "0".repeat(40);

    /** What the client sends. */
    public byte[] request() {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(PktLines.line(old.orElse(NO_OBJECT) + " " + pack.commit() + " refs/heads/" + branch
            + "\0 report-status\n"));
        request.writeBytes(PktLines.FLUSH);
        request.writeBytes(pack.bytes());
        return request.toByteArray();
    }

    /** Whether an answer says that it was done. */
    public boolean isDone(byte[] answer) {
        String text = new String(answer, StandardCharsets.UTF_8);
        return text.contains("unpack ok\n") && text.contains("ok refs/heads/" + branch + "\n");
    }
}
