package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** A CI job that shows its JWT and works with a stock git; the JWT is made with the platform's means only. */
class WorkloadIT {
    private static TestCluster cluster;
    private static KeyPair key;

    @BeforeAll
    static void start() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        key = generator.generateKeyPair();
        cluster = TestCluster.start();
        Path keys = Files.writeString(cluster.data().resolve("ci-keys.json"), keySet((RSAPublicKey) key.getPublic()));
        Files.writeString(cluster.data().resolve("conf/shard-router.yaml"), """
            workload:
              issuers:
                - issuer: https://ci.example
                  audience: trine
                  jwks-file: %s
                  rules:
                    - {claims: {repository: acme/*, ref: refs/heads/main}, role: writer, paths: ["{repository}"]}
                    - {claims: {repository: acme/*}, role: reader, paths: [libs]}
            """.formatted(keys), StandardOpenOption.APPEND);
        cluster.processes().node("stop", "front");
        cluster.processes().node("start", "front");
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String keySet(RSAPublicKey publicKey) {
        byte[] modulus = publicKey.getModulus().toByteArray();
        byte[] unsigned = modulus[0] == 0 ? Arrays.copyOfRange(modulus, 1, modulus.length) : modulus;
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k1\",\"n\":\"" + base64(unsigned) + "\",\"e\":\""
            + base64(publicKey.getPublicExponent().toByteArray()) + "\"}]}";
    }

    private static String jwt(String repository, String ref) throws Exception {
        long now = Instant.now().getEpochSecond();
        String signed = base64("{\"alg\":\"RS256\",\"kid\":\"k1\"}") + "." + base64("""
            {"iss": "https://ci.example", "aud": "trine", "sub": "repo:%s", "iat": %d, "exp": %d,
             "repository": "%s", "ref": "%s"}""".formatted(repository, now, now + 300, repository, ref));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64(signature.sign());
    }

    private static HttpResponse<String> exchange(String jwt) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(cluster.endpoints().http().toString()
                    .replaceAll("/$", "") + "/-/oidc/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=urn:ietf:params:oauth:grant-type:token-exchange"
                    + "&subject_token_type=urn:ietf:params:oauth:token-type:jwt&subject_token="
                    + URLEncoder.encode(jwt, StandardCharsets.UTF_8))).build(), BodyHandlers.ofString());
        }
    }

    private static GitClient job(String jwt) throws Exception {
        HttpResponse<String> answer = exchange(jwt);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return cluster.git(Map.of("GIT_CONFIG_VALUE_0", "Authorization: Bearer "
            + new JsonMapper().readTree(answer.body()).path("access_token").asString()));
    }

    @Test
    void aJobOfMainClonesAndPushesWhereItsRepositoryIsAndNowhereElse() throws Exception {
        cluster.created(Door.HTTP, "acme/app");
        cluster.created(Door.HTTP, "acme/other");
        cluster.created(Door.HTTP, "libs/one");
        GitClient job = job(jwt("acme/app", "refs/heads/main"));
        Path work = cluster.fresh();
        job.run(work, "clone", "-q", cluster.url(Door.HTTP, "acme/app"), ".").orFail();
        cluster.commit(work, "built", "by a job");
        job.run(work, "push", "-q", "origin", "main").orFail();
        job.run(work, "ls-remote", cluster.url(Door.HTTP, "libs/one")).orFail();
        GitClient.Run elsewhere = job.run(work, "ls-remote", cluster.url(Door.HTTP, "acme/other"));
        assertThat(elsewhere.status()).isNotZero();
        assertThat(elsewhere.err()).contains("not found");
        assertThat(job.run(work, "push", cluster.url(Door.HTTP, "libs/one"), "main:x").status()).isNotZero();
    }

    @Test
    void aJobOfABranchOnlyReadsLibraries() throws Exception {
        cluster.created(Door.HTTP, "acme/lib");
        cluster.created(Door.HTTP, "libs/two");
        GitClient job = job(jwt("acme/lib", "refs/heads/topic"));
        job.run(cluster.fresh(), "ls-remote", cluster.url(Door.HTTP, "libs/two")).orFail();
        assertThat(job.run(cluster.fresh(), "ls-remote", cluster.url(Door.HTTP, "acme/lib")).err())
            .contains("not found");
    }

    @Test
    void aForeignJobGetsNoToken() throws Exception {
        HttpResponse<String> foreign = exchange(jwt("evil/app", "refs/heads/main"));
        assertThat(foreign.statusCode()).isEqualTo(400);
        assertThat(foreign.body()).contains("invalid_request").contains("its claim repository 'evil/app'");
        String good = jwt("acme/app", "refs/heads/main");
        HttpResponse<String> forged = exchange(good.substring(0, good.length() - 8) + "AAAAAAAA");
        assertThat(forged.statusCode()).isEqualTo(400);
        assertThat(forged.body()).contains("the subject token is not accepted").doesNotContain("acme");
    }
}
