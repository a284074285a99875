package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** What a stock git and an administrator do, as the audit shows it afterwards. */
@Timeout(300)
class AuditIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    /** The lines that a search finds, once there are so many: what was done a moment ago may still be in a queue. */
    private static List<JsonNode> lines(int atLeast, String... options) {
        Instant end = Instant.now().plus(PATIENCE);
        List<JsonNode> lines;
        do {
            JsonNode found = cluster.read(Stream.concat(Stream.of("audit", "list"), Stream.of(options))
                .toArray(String[]::new));
            lines = new ArrayList<>();
            found.forEach(lines::add);
        } while (lines.size() < atLeast && Instant.now().isBefore(end));
        assertThat(lines).hasSizeGreaterThanOrEqualTo(atLeast);
        return lines;
    }

    /** Lines of another test may be there already while those of this one are still in a queue. */
    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).untilAsserted(assertion);
    }

    private static String text(JsonNode line, String field) {
        return line.path(field).asString("");
    }

    @Test
    void whatIsDoneAtBothDoorsIsKeptWithWhoWhereAndWhat() throws Exception {
        Path work = cluster.created(Door.SSH, "audited/app");
        String first = cluster.git().run(work, "rev-parse", "HEAD").orFail().strip();
        cluster.clone(Door.HTTP, "audited/app");
        cluster.clone(Door.SSH, "audited/app");
        JsonNode push = lines(1, "--repo", "audited/app", "--action", "push").getFirst();
        assertThat(text(push, "service")).isEqualTo("ssh-proxy");
        assertThat(text(push, "result")).isEqualTo("ok");
        assertThat(text(push, "actor")).isEqualTo("admin");
        assertThat(text(push, "credential")).startsWith("key ");
        assertThat(text(push, "client")).startsWith("127.0.0.1:");
        assertThat(text(push, "repo_id")).hasSize(32);
        assertThat(push.path("refs").get(0).path("ref").asString("")).isEqualTo("refs/heads/main");
        assertThat(push.path("refs").get(0).path("new").asString("")).isEqualTo(first);
        assertThat(push.path("refs").get(0).path("result").asString("")).isEqualTo("ok");
        assertThat(push.path("bytes_in").asLong()).isPositive();
        assertThat(lines(2, "--repo", "audited/app", "--action", "clone")).extracting(line -> text(line, "service"))
            .containsExactly("http-proxy", "ssh-proxy");
        cluster.commit(work, "more", "for a fetch");
        cluster.git().run(work, "push", "-q", "origin", "main").orFail();
        Path clone = cluster.clone(Door.HTTP, "audited/app", "--depth=1");
        cluster.git().run(clone, "fetch", "-q", "--unshallow").orFail();
        assertThat(lines(1, "--repo", "audited", "--action", "fetch")).allSatisfy(line ->
            assertThat(text(line, "result")).isEqualTo("ok"));
    }

    @Test
    void signInsGoodAndBadAreKept() throws Exception {
        GitClient stranger = cluster.git(Map.of("GIT_CONFIG_VALUE_0",
            "Authorization: Bearer trine_pat_thisisnotthetokenthatyouarelookingfor"));
        assertThat(stranger.run(cluster.fresh(), "ls-remote", cluster.url(Door.HTTP, "some/where")).status())
            .isNotZero();
        cluster.git().run(cluster.fresh(), "ls-remote", cluster.url(Door.HTTP, "some/where"));
        cluster.git().run(cluster.fresh(), "ls-remote", cluster.url(Door.SSH, "some/where"));
        eventually(() -> assertThat(lines(1, "--action", "sign-in", "--result", "refused")).anySatisfy(line ->
            assertThat(text(line, "credential")).startsWith("access token with SHA-256 ")));
        eventually(() -> assertThat(lines(2, "--action", "sign-in", "--result", "ok", "--user", "admin"))
            .extracting(line -> text(line, "door")).contains("http", "ssh"));
    }

    @Test
    void refusedPushesAndAdministrativeActsAreKept() throws Exception {
        cluster.read("user", "create", "carol");
        cluster.read("grant", "set", "carol", "kept", "write");
        GitClient carol = cluster.git(Map.of("GIT_CONFIG_VALUE_0", "Authorization: Bearer "
            + cluster.read("token", "create", "carol").path("secret").asString()));
        Path work = cluster.created(Door.HTTP, "kept/app");
        cluster.read("protect", "set", "kept", "refs/heads/main");
        cluster.commit(work, "c", "carol was here");
        assertThat(carol.run(work, "push", "origin", "main").status()).isNotZero();
        assertThat(lines(1, "--user", "carol", "--action", "push", "--result", "refused")).last().satisfies(line ->
            assertThat(line.path("refs").get(0).path("result").asString("")).isEqualTo("protected ref"));
        String head = cluster.git().run(work, "rev-parse", "HEAD~1").orFail().strip();
        cluster.read("ref", "update", "kept/app", "refs/heads/again", head);
        eventually(() -> assertThat(lines(5, "--action", "admin", "--user", "admin", "--result", "ok"))
            .extracting(line -> line.path("details").path("call").asString(""))
            .contains("CreateUser", "SetGrant", "CreateToken", "SetRefRule", "UpdateRepoRefs"));
        eventually(() -> assertThat(lines(1, "--repo", "kept/app", "--action", "admin")).anySatisfy(line ->
            assertThat(line.path("refs").get(0).path("new").asString("")).isEqualTo(head)));
        JsonNode verified = cluster.read("audit", "verify");
        assertThat(verified.size()).isEqualTo(3);
        verified.forEach(audit -> assertThat(audit.path("holds").asBoolean(false)).isTrue());
    }
}
