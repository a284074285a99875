package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Who is let in by the two front doors, and what is said to those who are not. */
class DoorsIT {
    private static final String REPO = "team/doors";
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start();
        cluster.created(Door.HTTP, REPO);
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @Test
    void httpAsksForACredentialAndTakesBasicAndBearer() throws Exception {
        String refs = cluster.url(Door.HTTP, REPO) + "/info/refs?service=git-upload-pack";
        HttpResponse<String> anonymous = get(refs, "");
        assertThat(anonymous.statusCode()).isEqualTo(401);
        assertThat(anonymous.headers().firstValue("www-authenticate").orElse("")).startsWith("Basic realm=");
        assertThat(get(refs, "Bearer " + cluster.endpoints().token()).statusCode()).isEqualTo(200);
        assertThat(get(refs, "Bearer trine_wrong").statusCode()).isEqualTo(401);
        String basic = Base64.getEncoder()
            .encodeToString(("anybody:" + cluster.endpoints().token()).getBytes());
        assertThat(get(refs.replace(".git/", "/"), "Basic " + basic).statusCode()).isEqualTo(200);
    }

    @Test
    void httpAnswersUnknownPathsAsGitExpects() throws Exception {
        String bearer = "Bearer " + cluster.endpoints().token();
        String base = cluster.endpoints().http().toString().replaceAll("/$", "");
        assertThat(get(base + "/team/absent.git/info/refs?service=git-upload-pack", bearer).statusCode())
            .isEqualTo(404);
        assertThat(get(cluster.url(Door.HTTP, REPO) + "/info/refs", bearer).statusCode()).isEqualTo(403);
        assertThat(get(cluster.url(Door.HTTP, REPO) + "/HEAD", bearer).statusCode()).isBetween(403, 404);
    }

    @Test
    void aUserSeesAndWritesWhatHeWasGranted() throws Exception {
        cluster.processes().admin("user", "create", "bob").orFail();
        String token = token("bob");
        GitClient bob = cluster.git(Map.of("GIT_CONFIG_VALUE_0", "Authorization: Bearer " + token));
        Path work = cluster.created(Door.HTTP, "granted/repo");
        assertThat(bob.run(work, "ls-remote", "origin").err()).containsIgnoringCase("not found");
        cluster.processes().admin("grant", "set", "bob", "granted", "read").orFail();
        bob.run(work, "ls-remote", "origin").orFail();
        cluster.commit(work, "b", "bob was here");
        GitClient.Run denied = bob.run(work, "push", "origin", "main");
        assertThat(denied.status()).isNotZero();
        assertThat(denied.err()).contains("403");
        cluster.processes().admin("grant", "set", "bob", "granted", "write").orFail();
        bob.run(work, "push", "-q", "origin", "main").orFail();
        cluster.processes().admin("user", "disable", "bob").orFail();
        assertThat(bob.run(work, "ls-remote", "origin").status()).isNotZero();
    }

    @Test
    void sshGreetsByNameAndServesOnlyGit() throws Exception {
        GitClient.Run greeting = ssh("-T");
        assertThat(greeting.out() + greeting.err()).contains("admin");
        for (String command : List.of("ls",
            "git-upload-archive 'team/doors.git'", "git-upload-pack team/doors.git; ls")) {
            GitClient.Run run = ssh("-T", command);
            assertThat(run.status()).as(command).isNotZero();
            assertThat(run.err()).as(command).isNotBlank();
        }
        GitClient.Run absent = ssh("-T", "git-upload-pack 'team/absent.git'");
        assertThat(absent.status()).isNotZero();
        assertThat(absent.err()).contains("there is no repository team/absent");
    }

    @Test
    void sshTurnsAwayAKeyThatIsNotRegistered() throws Exception {
        Path directory = cluster.fresh();
        cluster.git().command(directory, List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "stranger"))
            .orFail();
        GitClient.Run run = ssh("-i", directory.resolve("stranger").toString(), "-T");
        assertThat(run.status()).isEqualTo(255);
        assertThat(run.err()).contains("Permission denied");
    }

    private static String token(String user) throws Exception {
        String json = cluster.processes().admin("token", "create", user, "--label", "test", "-o", "json").orFail();
        return new JsonMapper().readTree(json).path("secret").asString();
    }

    private static GitClient.Run ssh(String... arguments) throws Exception {
        URI ssh = cluster.endpoints().ssh();
        List<String> command = new ArrayList<>(List.of("ssh", "-F", "/dev/null", "-o", "BatchMode=yes",
            "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=accept-new",
            "-o", "UserKnownHostsFile=" + cluster.data().resolve("known_hosts"), "-p", String.valueOf(ssh.getPort())));
        if (!List.of(arguments).contains("-i")) {
            command.addAll(List.of("-i", cluster.identity().toString()));
        }
        List<String> options = new ArrayList<>(List.of(arguments));
        String remote = options.getLast().startsWith("-") ? "" : options.removeLast();
        command.addAll(options);
        command.add("git@" + ssh.getHost());
        if (!remote.isEmpty()) {
            command.add(remote);
        }
        return cluster.git().command(cluster.fresh(), command);
    }

    private static HttpResponse<String> get(String url, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
