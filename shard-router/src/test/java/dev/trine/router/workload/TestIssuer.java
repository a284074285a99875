package dev.trine.router.workload;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** An issuer with a web server on a loopback port that publishes its keys. */
public final class TestIssuer implements AutoCloseable {
    /** What its tokens are made for. */
    public static final String AUDIENCE = "trine";

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile String keys = "{\"keys\":[]}";
    private volatile int status = 200;
    private volatile CountDownLatch leave = new CountDownLatch(0);

    public TestIssuer() throws IOException {
        this(HttpServer.create(ANY_PORT, 0));
    }

    /** One who speaks TLS. */
    TestIssuer(SSLContext tls) throws IOException {
        this(secured(tls));
    }

    private TestIssuer(HttpServer server) {
        this.server = server;
        server.createContext("/.well-known/openid-configuration", exchange -> answer(exchange,
            "{\"issuer\":\"" + name() + "\",\"jwks_uri\":\"" + name() + "/keys\"}"));
        server.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            awaitLeave();
            answer(exchange, keys);
        });
        server.start();
    }

    private static HttpServer secured(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(ANY_PORT, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    private void awaitLeave() {
        try {
            leave.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does not give its keys before that. */
    void giveNoKeysBefore(CountDownLatch when) {
        leave = when;
    }

    private void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** A new RSA key. */
    public static RSAKey rsa(String kid) throws JOSEException {
        return new RSAKeyGenerator(2048).keyID(kid).generate();
    }

    /** How it names itself, and where it is. */
    public String name() {
        return (server instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Publishes those keys, and no others. */
    public void publish(JWK... which) {
        keys = new JWKSet(List.of(which)).toPublicJWKSet().toString();
    }

    /** Publishes a document as it is. */
    void publish(String document) {
        keys = document;
    }

    /** Answers everything with that status. */
    void answerWith(int code) {
        status = code;
    }

    /** How often its keys were asked for. */
    int asked() {
        return asked.get();
    }

    /** Claims of a job of main in acme/app, made then, that hold for five minutes. */
    public JWTClaimsSet.Builder claims(Instant made) {
        return new JWTClaimsSet.Builder().issuer(name()).audience(AUDIENCE).subject("repo:acme/app:ref:refs/heads/main")
            .issueTime(Date.from(made)).expirationTime(Date.from(made.plusSeconds(300))).jwtID("1")
            .claim("repository", "acme/app").claim("ref", "refs/heads/main");
    }

    /** A JWT with those claims, signed by that key. */
    public static String sign(JWK key, JWTClaimsSet.Builder claims) throws JOSEException {
        JWSSigner signer = key instanceof ECKey ec ? new ECDSASigner(ec) : new RSASSASigner(key.toRSAKey());
        return sign(new JWSHeader.Builder(key instanceof ECKey ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256)
            .type(JOSEObjectType.JWT).keyID(key.getKeyID()).build(), signer, claims);
    }

    static String sign(JWSHeader header, JWSSigner signer, JWTClaimsSet.Builder claims) throws JOSEException {
        SignedJWT jwt = new SignedJWT(header, claims.build());
        jwt.sign(signer);
        return jwt.serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
