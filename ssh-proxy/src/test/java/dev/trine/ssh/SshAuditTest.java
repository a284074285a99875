package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.audit.AuditFile;
import dev.trine.common.audit.Verification;
import dev.trine.common.relay.GitClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the audit of the SSH proxy keeps of what the stock ssh and git do. */
@Timeout(120)
class SshAuditTest {
    @TempDir
    private Path dir;
    private SshDoor door;

    @BeforeEach
    void open() throws Exception {
        door = SshDoor.forAlice(dir, "audit: {dir: " + dir.resolve("audit") + "}\n"
            + "limits: {bans: {failures-max: 2, except: []}}\n");
    }

    /** What was written with that in it, once the proxy has stopped; not what the audit says of itself. */
    private List<String> lines(String text) throws Exception {
        door.close();
        assertThat(Verification.of(dir.resolve("audit")).holds()).isTrue();
        List<String> lines = new ArrayList<>();
        for (AuditFile file : AuditFile.in(dir.resolve("audit"))) {
            lines.addAll(Files.readAllLines(file.path()));
        }
        return lines.stream().filter(line -> line.contains(text)).toList();
    }

    @Test
    void aSignInAndAFetchAreKept() throws Exception {
        GitClient git = GitClient.in(dir.resolve("tmp"), Map.of("GIT_SSH_COMMAND", "ssh -F " + dir.resolve("config")
            + " -i " + dir.resolve("mine")));
        git.run("ls-remote", "ssh://git@127.0.0.1:" + door.port() + "/g/r.git");
        assertThat(lines("\"door\":\"ssh\"")).hasSize(2).allSatisfy(line -> assertThat(line)
            .contains("\"result\":\"ok\"", "\"actor\":\"alice\"", "\"user_id\":5", "\"credential\":\"user 5\"",
                "\"client\":\"127.0.0.1:")).satisfies(both -> {
                    assertThat(both.getFirst()).contains("\"action\":\"sign-in\"");
                    assertThat(both.getLast()).contains("\"action\":\"fetch\"", "\"repo\":\"g/r\"", "\"bytes_out\":");
                });
    }

    @Test
    void aConnectionThatDoesNotSignInIsKeptOnceWithTheKeyThatItTried() throws Exception {
        door.newKey("stranger", "-t", "ed25519");
        assertThat(door.ssh("-i", dir.resolve("stranger").toString(), "-T", "git@127.0.0.1")).contains("denied");
        Process keygen = new ProcessBuilder("ssh-keygen", "-l", "-f", dir.resolve("stranger.pub").toString()).start();
        String fingerprint = new String(keygen.getInputStream().readAllBytes()).split(" ")[1];
        assertThat(lines("\"action\":\"sign-in\"")).singleElement().satisfies(line -> assertThat(line)
            .contains("\"result\":\"refused\"", "\"credential\":\"key " + fingerprint + "\"",
                "the key is nobody's, or its signature is wrong").doesNotContain("\"actor\""));
    }

    @Test
    void aKeyThatIsRefusedForAReasonIsKeptWithIt() throws Exception {
        door.cluster().key(door.newKey("short", "-t", "rsa", "-b", "2048"), 6, "bob");
        door.ssh("-i", dir.resolve("short").toString(), "-T", "git@127.0.0.1");
        assertThat(lines("\"action\":\"sign-in\"")).singleElement().satisfies(line -> assertThat(line)
            .contains("\"result\":\"refused\"", "the RSA key has 2048 bits"));
    }

    @Test
    void aConnectionThatTriesPasswordsIsKeptOnceAndOneThatOnlyAsksForMethodsIsNot() throws Exception {
        assertThat(door.ssh("-o", "PreferredAuthentications=password,keyboard-interactive", "git@127.0.0.1"))
            .contains("Permission denied (publickey)");
        PasswordGuess.guess(door.port(), 3);
        assertThat(lines("\"action\":\"sign-in\"")).singleElement().satisfies(line -> assertThat(line)
            .contains("\"result\":\"refused\"", "no key was tried of a type that is served here",
                "\"client\":\"127.0.0.1:").doesNotContain("hunter2", "\"credential\""));
    }

    @Test
    void aBanIsKeptWhenItBeginsAndOnceOfAllWhoAreRefusedByItInAMinute() throws Exception {
        PasswordGuess.guess(door.port(), 1);
        PasswordGuess.guess(door.port(), 1);
        String banned = "2 sign-ins from 127.0.0.1 have failed, which is the limit (limits.bans.failures-max); ";
        int refused = 0;
        while (refused < 3) { // a failure is counted when its connection is seen to be gone
            refused += door.ssh("-o", "PreferredAuthentications=none", "git@127.0.0.1").contains(banned) ? 1 : 0;
        }
        List<String> lines = lines("\"action\":\"sign-in\"");
        assertThat(lines).hasSize(4).allMatch(line -> line.contains("\"result\":\"refused\""));
        assertThat(lines.get(2)).contains(banned + "it is refused from now on\"");
        assertThat(lines.get(3)).contains(banned + "try again in ");
    }

    @Test
    void aKeyThatIsKnownAndWithWhichTheClientDoesNotSignIsKeptAndBansNobody() throws Exception {
        door.lock("mine");
        for (int i = 0; i < 3; i++) {
            assertThat(door.ssh("-T", "git@127.0.0.1")).contains("Permission denied (publickey)");
        }
        assertThat(lines("\"action\":\"sign-in\"")).hasSize(3).allSatisfy(line -> assertThat(line)
            .contains("\"result\":\"refused\"", "\"credential\":\"key SHA256:",
                "the client did not sign with the key, which is known"));
    }

    @Test
    void aKeyThatIsKnownDoesNotHideThatAnotherIsNot() throws Exception {
        door.lock("mine");
        door.newKey("stranger", "-t", "ed25519");
        for (int i = 0; i < 2; i++) {
            assertThat(door.ssh("-i", dir.resolve("stranger").toString(), "-i", dir.resolve("mine").toString(), "-T",
                "git@127.0.0.1")).contains("Permission denied (publickey)");
        }
        List<String> lines = lines("\"action\":\"sign-in\"");
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).contains("the client did not sign with the key, which is known");
        assertThat(lines.get(2)).contains("it is refused from now on");
    }

    @Test
    void aWrongSignatureIsAFailure() throws Exception {
        door.newKey("stranger", "-t", "ed25519");
        KeyPair wrong = new KeyPair(KeySignInTest.keyPair(dir.resolve("mine")).getPublic(),
            KeySignInTest.keyPair(dir.resolve("stranger")).getPrivate());
        for (int i = 0; i < 2; i++) {
            assertThat(KeySignInTest.signsIn(door, wrong)).isFalse();
        }
        List<String> lines = lines("\"action\":\"sign-in\"");
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).contains("the key is nobody's, or its signature is wrong");
        assertThat(lines.get(2)).contains("it is refused from now on");
    }

    @Test
    void commandsThatChangeSomethingOrAreRefusedAreKeptWithTheRequestThatTheUserWasTold() throws Exception {
        door.ssh("git@127.0.0.1", "repo create mine/new");
        String create = requestIn(door.ssh("git@127.0.0.1", "repo create theirs/new"));
        String list = requestIn(door.ssh("git@127.0.0.1", "repo list theirs"));
        String other = requestIn(door.ssh("git@127.0.0.1", "ls -l"));
        door.ssh("git@127.0.0.1", "whoami");
        door.ssh("git@127.0.0.1", "repo list g");
        List<String> commands = lines("\"action\":\"command\"");
        assertThat(commands).hasSize(4);
        assertThat(commands.get(0)).contains("\"result\":\"ok\"", "\"repo\":\"mine/new\"", "repo create")
            .containsPattern("\"request\":\"[0-9a-f]{16}\"");
        assertThat(commands.get(1)).contains("\"result\":\"refused\"", "\"repo\":\"theirs/new\"",
            "you are not an administrator of theirs/new", create);
        assertThat(commands.get(2)).contains("\"result\":\"refused\"", "\"repo\":\"theirs\"", "repo list",
            "key 7 acts for no user", list);
        assertThat(commands.get(3)).contains("\"result\":\"refused\"", "'ls -l'", "it is not served", other);
    }

    private static String requestIn(String told) {
        Matcher request = Pattern.compile("\\(request ([0-9a-f]{16})\\)").matcher(told);
        assertThat(request.find()).as(told).isTrue();
        return "\"request\":\"" + request.group(1) + "\"";
    }
}
