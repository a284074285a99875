package dev.trine.deploy.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Over smart HTTP (gitprotocol-http(5)). Used by many threads. */
public final class RawHttp implements RawGit {
    private static final Duration ANSWER_MAX = Duration.ofMinutes(10);

    private final Optional<String> token;
    private final HttpClient client;

    /**
     * A client.
     *
     * @param token access token to sign in with
     */
    public RawHttp(Optional<String> token) {
        this.token = token;
        this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();
    }

    @Override
    public long fetch(String url, FetchRequest request) throws IOException, InterruptedException {
        discover(url, "git-upload-pack");
        List<String> objects = new ArrayList<>();
        try (InputStream refs = post(url, "git-upload-pack", FetchRequest.listing(request.prefixes()))) {
            PktLines.readRefs(refs, objects);
            end(refs);
        }
        try (InputStream pack = post(url, "git-upload-pack", request.fetching(objects))) {
            long bytes = PktLines.readPack(pack);
            end(pack);
            return bytes;
        }
    }

    @Override
    public long list(String url, List<String> prefixes) throws IOException, InterruptedException {
        discover(url, "git-upload-pack");
        try (InputStream refs = post(url, "git-upload-pack", FetchRequest.listing(prefixes))) {
            long bytes = PktLines.readRefs(refs, new ArrayList<>());
            end(refs);
            return bytes;
        }
    }

    @Override
    public void push(String url, RefMove move) throws IOException, InterruptedException {
        discover(url, "git-receive-pack");
        byte[] answer = pushAtOnce(url, move, ANSWER_MAX);
        if (!move.isDone(answer)) {
            throw refused(url, answer);
        }
    }

    /** Makes refs to objects that are there. */
    void create(String url, RefCreation creation) throws IOException, InterruptedException {
        byte[] answer = receive(url, creation.request(), ANSWER_MAX);
        if (!creation.isDone(answer)) {
            throw refused(url, answer);
        }
    }

    private static IOException refused(String url, byte[] answer) {
        return new IOException("a push to " + url + " was answered: " + PktLines.printable(answer));
    }

    /**
     * Pushes without asking for the ref advertisement first, as the writer of a branch may who knows where it is.
     *
     * @return the body of the answer
     */
    public byte[] pushAtOnce(String url, RefMove move, Duration answerMax) throws IOException, InterruptedException {
        return receive(url, move.request(), answerMax);
    }

    private byte[] receive(String url, byte[] body, Duration answerMax) throws IOException, InterruptedException {
        try (InputStream answer = send(request(url + "/git-receive-pack").timeout(answerMax)
            .header("Content-Type", "application/x-git-receive-pack-request")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)))) {
            return answer.readAllBytes();
        }
    }

    /** Reads on to the end: closing an answer before it ends costs a connection, which another request may have. */
    private static void end(InputStream answer) throws IOException {
        answer.transferTo(OutputStream.nullOutputStream());
    }

    private void discover(String url, String service) throws IOException, InterruptedException {
        try (InputStream body = send(request(url + "/info/refs?service=" + service)
            .header("Git-Protocol", "version=2").GET())) {
            body.skip(Long.MAX_VALUE);
            body.readAllBytes();
        }
    }

    private InputStream post(String url, String service, byte[] body) throws IOException, InterruptedException {
        return send(request(url + "/" + service).header("Git-Protocol", "version=2")
            .header("Content-Type", "application/x-" + service + "-request")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private HttpRequest.Builder request(String url) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER_MAX);
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request;
    }

    private InputStream send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest asked = request.build();
        HttpResponse<InputStream> response;
        try {
            response = client.send(asked, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new IOException(asked.method() + " " + asked.uri() + ": " + e, e);
        }
        if (response.statusCode() != 200) {
            try (InputStream body = response.body()) {
                throw new IOException(response.statusCode() + " " + PktLines.printable(body.readAllBytes()));
            }
        }
        return response.body();
    }

    @Override
    public void close() {
        client.close();
    }
}
