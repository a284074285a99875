package dev.trine.deploy.measure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Pushes over smart HTTP with one request each (gitprotocol-http(5), git-receive-pack): no ref advertisement is asked
 * for, because the writer of a branch knows where it is. Used by many threads.
 */
final class PushClient implements AutoCloseable {
    private static final String NO_OBJECT = "0".repeat(40);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(40);

    private final URI base;
    private final String token;
    private final HttpClient client;

    /**
     * A client of one front door.
     *
     * @param base  of the HTTP proxy
     * @param token an access token that may write
     */
    PushClient(URI base, String token) {
        this.base = base;
        this.token = token;
        this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();
    }

    /**
     * Moves a branch to a new commit. Returns what went wrong, in the server's words; empty: the push was acknowledged.
     *
     * @param old where the branch is, if it exists
     */
    Optional<String> push(String repository, String branch, Optional<String> old, CommitPack pack)
        throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base.toString().replaceAll("/$", "") + "/" + repository
                + ".git/git-receive-pack")).timeout(ANSWER_MAX)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/x-git-receive-pack-request")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body(branch, old, pack))).build();
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            String text = new String(response.body(), StandardCharsets.UTF_8);
            boolean done = response.statusCode() == 200 && text.contains("unpack ok\n")
                && text.contains("ok refs/heads/" + branch + "\n");
            return done ? Optional.empty() : Optional.of(response.statusCode() + " " + text.strip());
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    private static byte[] body(String branch, Optional<String> old, CommitPack pack) {
        String command = old.orElse(NO_OBJECT) + " " + pack.commit() + " refs/heads/" + branch + "\0 report-status\n";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(String.format(Locale.ROOT, "%04x%s0000", command.length() + 4, command)
            .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(pack.bytes());
        return body.toByteArray();
    }

    @Override
    public void close() {
        client.close();
    }
}
