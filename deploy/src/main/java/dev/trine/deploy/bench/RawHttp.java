package dev.trine.deploy.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Over smart HTTP (gitprotocol-http(5)). By Java's plain connections: its newer client takes longer to read a large
 * answer than the servers need to send it. Used by many threads.
 */
public final class RawHttp implements RawGit {
    private static final Duration ANSWER_MAX = Duration.ofMinutes(10);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

    private final Optional<String> token;

    static {
        // as many connections are kept as there are clients; read once, before the first request
        System.setProperty("http.maxConnections", "512");
    }

    /**
     * A client.
     *
     * @param token access token to sign in with
     */
    public RawHttp(Optional<String> token) {
        this.token = token;
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

    /**
     * Clones all branches and tags.
     *
     * @return bytes of the pack
     */
    public long cloneEverything(String url) throws IOException, InterruptedException {
        return fetch(url, FetchRequest.everything());
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
        try (InputStream answer = post(url, "git-receive-pack", body, answerMax)) {
            return answer.readAllBytes();
        } catch (IOException e) {
            throw new IOException("a push to " + url + ": " + e, e);
        }
    }

    /** Reads on to the end: closing an answer before it ends costs a connection, which another request may have. */
    private static void end(InputStream answer) throws IOException {
        answer.transferTo(OutputStream.nullOutputStream());
    }

    private void discover(String url, String service) throws IOException {
        HttpURLConnection request = request(url + "/info/refs?service=" + service, ANSWER_MAX);
        request.setRequestProperty("Git-Protocol", "version=2");
        try (InputStream body = answer(request)) {
            end(body);
        }
    }

    private InputStream post(String url, String service, byte[] body) throws IOException {
        return post(url, service, body, ANSWER_MAX);
    }

    /** A body of known length is sent once: the platform does not try a push again of itself. */
    private InputStream post(String url, String service, byte[] body, Duration answerMax) throws IOException {
        HttpURLConnection request = request(url + "/" + service, answerMax);
        request.setRequestProperty("Git-Protocol", "version=2");
        request.setRequestProperty("Content-Type", "application/x-" + service + "-request");
        request.setDoOutput(true);
        request.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = request.getOutputStream()) {
            out.write(body);
        } catch (IOException e) {
            throw failed(request, e);
        }
        return answer(request);
    }

    private HttpURLConnection request(String url, Duration answerMax) throws IOException {
        HttpURLConnection request = (HttpURLConnection) URI.create(url).toURL().openConnection();
        request.setConnectTimeout(Math.toIntExact(CONNECT_MAX.toMillis()));
        request.setReadTimeout(Math.toIntExact(answerMax.toMillis()));
        request.setInstanceFollowRedirects(false);
        token.ifPresent(secret -> request.setRequestProperty("Authorization", "Bearer " + secret));
        return request;
    }

    private static InputStream answer(HttpURLConnection request) throws IOException {
        int status;
        try {
            status = request.getResponseCode();
        } catch (IOException e) {
            throw failed(request, e);
        }
        if (status == HttpURLConnection.HTTP_OK) {
            return request.getInputStream();
        }
        InputStream said = request.getErrorStream();
        try (InputStream body = said == null ? InputStream.nullInputStream() : said) {
            throw new IOException(status + " " + PktLines.printable(body.readAllBytes()));
        }
    }

    private static IOException failed(HttpURLConnection request, IOException why) {
        return new IOException(request.getRequestMethod() + " " + request.getURL() + ": " + why, why);
    }

    /** Connections that are kept end by themselves. */
    @Override
    public void close() {
        // nothing is open that others do not share
    }
}
