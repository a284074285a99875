package dev.trine.server.receive;

import dev.trine.common.model.RefLimits;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitProtocol;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.LocalHosting;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** Speaks the protocol by hand, to say what the real client never says. */
final class RawClient {
    /** The null object id. */
    static final String ZERO = "0".repeat(40);
    /** An object id that no test repository has. */
    static final String UNKNOWN = "1234567890".repeat(4);

    private final GitService service;
    private final RepoId repo;
    private final ByteArrayOutputStream request = new ByteArrayOutputStream();
    private volatile ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private RefLimits limits = RefLimits.NONE;

    RawClient(GitService service, RepoId repo) {
        this.service = service;
        this.repo = repo;
    }

    /** How the service ended and all that it wrote, one character per byte. */
    record Answer(GitService.Served served, String text) {
    }

    RawClient line(String payload) {
        return raw(String.format("%04x", payload.length() + 4) + payload);
    }

    /** The caller may not do everything with every ref. */
    RawClient limited(RefLimits.Limit... each) {
        limits = new RefLimits(List.of(each));
        return this;
    }

    RawClient flush() {
        return raw("0000");
    }

    RawClient raw(String bytes) {
        request.writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** A sound pack without objects. */
    RawClient emptyPack() throws NoSuchAlgorithmException {
        byte[] header = {'P', 'A', 'C', 'K', 0, 0, 0, 2, 0, 0, 0, 0};
        request.writeBytes(header);
        request.writeBytes(MessageDigest.getInstance("SHA-1").digest(header));
        return this;
    }

    Answer advertisement(String protocol) throws IOException {
        return call(GitCall.Framing.ADVERTISE, new GitProtocol(protocol));
    }

    /** What the service has written so far, while another thread waits for its answer. */
    String soFar() {
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    Answer answer() throws IOException {
        return call(GitCall.Framing.STATELESS, GitProtocol.NONE);
    }

    private Answer call(GitCall.Framing framing, GitProtocol protocol) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        answer = out;
        GitService.Served served = service.serve(new GitCall(repo, LocalHosting.ANY_STATE, framing, protocol,
            new GitCall.Caller("alice", "test", "127.0.0.1", limits),
            new ByteArrayInputStream(request.toByteArray()), out, OutputStream.nullOutputStream()));
        return new Answer(served, out.toString(StandardCharsets.ISO_8859_1));
    }
}
