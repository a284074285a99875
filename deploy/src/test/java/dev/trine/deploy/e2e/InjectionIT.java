package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.text.Printable;
import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that are meant to be taken for something else, through both doors. */
class InjectionIT {
    private static final String REPO = "team/plain";
    private static TestCluster cluster;
    private static Path work;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start();
        work = cluster.created(Door.HTTP, REPO);
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--upload-pack=touch /tmp/x", "-oProxyCommand=x/y", "../team/plain", "team/../team/plain",
        "team/./plain", "team//plain", "team/plain\n", "team/plain\r\nX: y", "team/pl\u0000ain", "team/plain\u2028x",
        "team/\u001b[31mred", "team/\u009b31m", "team/pl\u202eain", "team/$(id)", "team/`id`", "team/plain;id",
        "team/a|b",
        "team/plain\u0085", "team\\plain", "~root/plain", "team/%2e%2e/plain",
        "file:///etc/passwd"})
    void aNameThatIsNoPathIsRefusedAndNothingIsMadeOfIt(String name) throws Exception {
        String before = cluster.read("repo", "list").toString();
        for (String program : List.of("git-upload-pack", "git-receive-pack")) {
            if (name.indexOf('\0') < 0) {
                GitClient.Run run = ssh(program + " '" + name + "'");
                assertThat(run.status()).as(run.err()).isBetween(1, 128);
                assertThat(run.err()).startsWith("trine: ").isEqualTo(Printable.lines(run.err()));
            }
            String answer = get("/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20")
                .replace("%2F", "/") + "/info/refs?service=" + program);
            // "/./" and "/../" are resolved by HTTP itself, before anybody is asked for a repository (RFC 3986, 5.2.4)
            assertThat(answer).matches("(?s)HTTP/1.1 (" + (name.contains("./") ? "200|" : "") + "400|404|401|403) .*")
                .doesNotContain("\nX: y");
            String text = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            assertThat(answer.contains(" 200 ") || text.equals(Printable.lines(text))).as(text).isTrue();
        }
        assertThat(cluster.read("repo", "list").toString()).isEqualTo(before);
    }

    @Test
    void noNewRepositoryIsCalledLikeAnOption() throws Exception {
        for (Door door : Door.values()) {
            for (String name : List.of("team/-x", "-team/x", "team/--upload-pack")) {
                GitClient.Run run = cluster.git().run(work, "push", cluster.url(door, name), "main");
                assertThat(run.status()).as(name).isNotZero();
                assertThat(run.err()).as(name).contains(door == Door.SSH ? "which programs take for an option" : "400");
            }
        }
        GitClient.Run created = cluster.processes().admin("repo", "create", "team/-x");
        assertThat(created.err()).contains("which programs take for an option");
        GitClient.Run renamed = cluster.processes().admin("repo", "rename", REPO, "team/-x");
        assertThat(renamed.err()).contains("which programs take for an option");
    }

    @ParameterizedTest
    @ValueSource(strings = {"refs/heads/-x", "refs/heads/--upload-pack=x", "refs/heads/$(id)", "refs/heads/a;b",
        "refs/heads/\u2028x", "refs/heads/\u202ex", "refs/heads/\u009b31m", "refs/tags/-d", "refs/heads/ü'\"|x"})
    void aRefIsCalledWhatGitAllowsAndIsNothingButAName(String ref) throws Exception {
        for (Door door : Door.values()) {
            GitClient git = cluster.git();
            GitClient.Run pushed = push(door, "main:" + ref);
            assertThat(pushed.status()).as(pushed.err()).isZero();
            assertThat(git.run(work, "ls-remote", cluster.url(door, REPO)).orFail()).contains("\t" + ref + "\n");
            cluster.fsck(cluster.clone(door, REPO));
            push(door, ":" + ref).orFail();
            assertThat(git.run(work, "ls-remote", cluster.url(door, REPO)).orFail()).doesNotContain(ref);
        }
    }

    @Test
    void whatIsSaidOfARefSteersNoTerminal() throws Exception {
        cluster.processes().admin("protect", "set", REPO, "refs/heads/locked/**", "--push", "nobody").orFail();
        for (Door door : Door.values()) {
            GitClient.Run run = push(door, "main:refs/heads/locked/\u009b2J\u202e");
            assertThat(run.status()).isNotZero();
            assertThat(run.err()).contains("you may not change 'refs/heads/locked/?2J?'");
        }
    }

    /** The refspec goes through a file: which arguments a process may be given depends on the locale of the tests. */
    private static GitClient.Run push(Door door, String refspec) throws Exception {
        Path remote = Files.writeString(cluster.fresh().resolve("remote"), "[remote \"evil\"]\n\turl = "
            + cluster.url(door, REPO) + "\n\tpush = \"" + refspec.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n");
        return cluster.git().run(work, "-c", "include.path=" + remote, "push", "evil");
    }

    private static GitClient.Run ssh(String command) throws Exception {
        Path file = Files.writeString(cluster.fresh().resolve("command"), command);
        URI ssh = cluster.endpoints().ssh();
        return cluster.git().command(cluster.fresh(), List.of("sh", "-c",
            "c=$(cat \"$0\"; printf x); exec ssh \"$@\" \"${c%x}\"", file.toString(), "-F", "/dev/null",
            "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=accept-new",
            "-o", "LogLevel=ERROR", "-o", "UserKnownHostsFile=" + cluster.data().resolve("known_hosts"),
            "-p", String.valueOf(ssh.getPort()), "-i", cluster.identity().toString(), "git@" + ssh.getHost()));
    }

    /** All that a request is answered with; clients' own libraries would not send such paths. */
    private static String get(String target) throws IOException {
        URI http = cluster.endpoints().http();
        try (Socket socket = new Socket(http.getHost(), http.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Authorization: Bearer " + cluster.endpoints().token() + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
