package dev.trine.http;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.relay.FakeCluster;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A cluster with one repository, g/r, that alice, user 5, may read and write with the token t1. */
final class Door implements AutoCloseable {
    /** Where the repository's refs are asked for. */
    static final String REFS = "/g/r/info/refs?service=git-upload-pack";

    private final Path dir;
    private final Path bare;
    private final FakeCluster cluster;

    Door(Path dir) throws Exception {
        this(dir, 1);
    }

    Door(Path dir, int nodes) throws Exception {
        this.dir = dir;
        this.cluster = new FakeCluster(dir, nodes);
        this.bare = FakeCluster.bareRepository(dir.resolve("r.git"));
        cluster.host("g/r", bare);
        cluster.token("t1", 5, "alice");
    }

    FakeCluster cluster() {
        return cluster;
    }

    Path bare() {
        return bare;
    }

    /** A proxy before it. */
    HttpProxy usual() throws StartException {
        return new Proxies(cluster).usual();
    }

    /** A proxy before it, with those lines in its configuration. */
    HttpProxy proxy(String... lines) throws Exception {
        return new Proxies(cluster).configured(dir, lines);
    }

    /** Asks for a path, as alice, over a connection that is closed then. */
    static HttpResponse<String> get(HttpProxy proxy, String path, String... headers) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return get(http, "http://127.0.0.1:" + proxy.port() + path, headers);
        }
    }

    /** Asks for an address, as alice. */
    static HttpResponse<String> get(HttpClient http, String address, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address)).header("Authorization", "Bearer t1");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What trusts the certificates in a file. */
    static SSLContext trusting(Path certificates) throws Exception {
        KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
        known.load(null, null);
        try (InputStream in = Files.newInputStream(certificates)) {
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                known.setCertificateEntry(Integer.toString(known.size()), certificate);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Override
    public void close() throws Exception {
        cluster.close();
    }
}
