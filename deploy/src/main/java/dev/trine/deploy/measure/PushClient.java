package dev.trine.deploy.measure;

import dev.trine.deploy.bench.CommitPack;
import dev.trine.deploy.bench.RawHttp;
import dev.trine.deploy.bench.RefMove;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Pushes over smart HTTP with one request each (gitprotocol-http(5), git-receive-pack): no ref advertisement is asked
 * for, because the writer of a branch knows where it is. Used by many threads.
 */
final class PushClient implements AutoCloseable {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(40);

    private final String base;
    private final RawHttp client;

    /**
     * A client of one front door.
     *
     * @param base  of the HTTP proxy
     * @param token an access token that may write
     */
    PushClient(URI base, String token) {
        this.base = base.toString().replaceAll("/$", "");
        this.client = new RawHttp(Optional.of(token));
    }

    /**
     * Moves a branch to a new commit. Returns what went wrong, in the server's words; empty: the push was acknowledged.
     *
     * @param old where the branch is, if it exists
     */
    Optional<String> push(String repository, String branch, Optional<String> old, CommitPack pack)
        throws InterruptedException {
        RefMove move = new RefMove(branch, old, pack);
        try {
            byte[] answer = client.pushAtOnce(base + "/" + repository + ".git", move, ANSWER_MAX);
            return move.isDone(answer) ? Optional.empty()
                : Optional.of(new String(answer, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
