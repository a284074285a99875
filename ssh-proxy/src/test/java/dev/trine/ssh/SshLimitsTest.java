package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client may take up, and what he is told beyond. */
@Timeout(120)
class SshLimitsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    /** A client that has begun to fetch and does not go on. */
    private static Process fetching(SshDoor door) throws Exception {
        Process client = door.start("git@127.0.0.1", "git-upload-pack 'g/r'");
        assertThat(client.getInputStream().read()).isPositive();
        return client;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sessions-max|trine: 1 connections are open, which is the limit of this proxy (limits.sessions-max); try again",
        "sessions-per-address-max|trine: 1 connections from 127.0.0.1 are open, which is the limit"
            + " (limits.sessions-per-address-max); let some finish, then try again",
        "sessions-per-user-max|trine: you have 1 connections open, which is the limit (limits.sessions-per-user-max);"
            + " let some finish, then try again"})
    void connectionsBeyondTheLimitAreToldSo(String setting, String why) throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, "limits: {" + setting + ": 1}\n")) {
            Process first = fetching(door);
            assertThat(door.ssh("git@127.0.0.1", "whoami")).contains(why).endsWith("exit 255");
            first.destroyForcibly().waitFor();
            while (!door.ssh("git@127.0.0.1", "whoami").startsWith("alice")) {
                Thread.onSpinWait();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sessions-max", "sessions-per-address-max"})
    void beyondTwiceTheLimitConnectionsAreClosedAtOnce(String setting) throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, "limits: {" + setting + ": 1}\n");
             Socket first = new Socket("127.0.0.1", door.port());
             Socket second = new Socket("127.0.0.1", door.port())) {
            for (Socket client : List.of(first, second)) {
                assertThat(client.getInputStream().read()).isEqualTo('S'); // it is waited for
            }
            try (Socket third = new Socket("127.0.0.1", door.port())) {
                third.setSoTimeout(60_000);
                assertThat(new String(third.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("trine: ");
            }
        }
    }

    @Test
    void aLimitThatNobodyReachesTurnsNobodyAway() throws Exception {
        String most = Integer.toString(Integer.MAX_VALUE);
        try (SshDoor door = SshDoor.forAlice(dir, "limits: {sessions-max: " + most + ", sessions-per-address-max: "
            + most + ", sessions-per-user-max: " + most + "}\n")) {
            assertThat(door.ssh("git@127.0.0.1", "whoami")).startsWith("alice\n");
        }
    }

    @Test
    void anAddressFromWhichSignInsFailIsRefused() throws Exception {
        try (SshDoor door = new SshDoor(dir, "limits: {bans: {failures-max: 2, except: []}}\n")) {
            door.newKey("mine", "-t", "ed25519");
            for (int i = 0; i < 2; i++) {
                assertThat(door.ssh("-T", "git@127.0.0.1")).contains("Permission denied (publickey)");
            }
            while (door.ssh("-T", "git@127.0.0.1").contains("Permission denied (publickey)")) {
                Thread.onSpinWait(); // the second failure is counted when its connection is seen to be gone
            }
            // not before: who signs in starts anew
            door.cluster().key(SshDoor.wire(dir.resolve("mine.pub")), 5, "alice");
            assertThat(door.ssh("-T", "git@127.0.0.1")).contains("trine: 2 sign-ins from 127.0.0.1 have failed, which"
                + " is the limit (limits.bans.failures-max); try again in ").endsWith("exit 255");
        }
    }

    @Test
    void anAddressFromWhichPasswordsAreTriedIsRefused() throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, "limits: {bans: {failures-max: 2, except: []}}\n")) {
            PasswordGuess.guess(door.port(), 3);
            String[] asking = {"-o", "PreferredAuthentications=password", "git@127.0.0.1"};
            for (int i = 0; i < 3; i++) {
                assertThat(door.ssh(asking)).contains("Permission denied (publickey)");
            }
            PasswordGuess.guess(door.port(), 1);
            while (door.ssh(asking).contains("Permission denied (publickey)")) {
                Thread.onSpinWait(); // a failure is counted when its connection is seen to be gone
            }
            assertThat(door.ssh("-T", "git@127.0.0.1")).contains("trine: 2 sign-ins from 127.0.0.1 have failed");
        }
    }

    @Test
    void whoOffersTooManyKeysWithWhichHeDoesNotSignHasFailed() throws Exception {
        try (SshDoor door = new SshDoor(dir, "limits: {auth-attempts-max: 2, bans: {failures-max: 1, except: []}}\n")) {
            List<String> arguments = new ArrayList<>();
            for (String name : List.of("one", "two", "three", "four")) {
                door.cluster().key(door.newKey(name, "-t", "ed25519"), 5, "alice");
                door.lock(name);
                arguments.addAll(List.of("-i", dir.resolve(name).toString()));
            }
            arguments.add("git@127.0.0.1");
            assertThat(door.ssh(arguments.toArray(String[]::new))).contains("trine: you have tried 2 keys");
            String[] asking = {"-o", "PreferredAuthentications=none", "git@127.0.0.1"};
            while (!door.ssh(asking).contains("trine: 1 sign-ins from 127.0.0.1 have failed")) {
                Thread.onSpinWait(); // a failure is counted when its connection is seen to be gone
            }
        }
    }

    @Test
    void whoFailsAgainAndAgainWaitsForHisAnswers() throws Exception {
        try (SshDoor door = new SshDoor(dir, "limits: {bans: {except: []}}\n")) {
            for (int i = 0; i < 5; i++) {
                PasswordGuess.guess(door.port(), 1);
            }
            int more = 0;
            while (PasswordGuess.guess(door.port(), 1).compareTo(Duration.ofMillis(150)) < 0) {
                assertThat(++more).as("failures are counted when their connections are seen to be gone").isLessThan(9);
            }
            door.newKey("mine", "-t", "ed25519");
            while (denied(door).compareTo(Duration.ofMillis(400)) <= 0) {
                assertThat(++more).as("a busy machine may have been slow before enough was counted").isLessThan(9);
            }
        }
    }

    private static Duration denied(SshDoor door) throws Exception {
        long start = System.nanoTime();
        assertThat(door.ssh("-T", "git@127.0.0.1")).contains("Permission denied (publickey)");
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void aClusterThatCannotAnswerBansNobody() throws Exception {
        try (SshDoor door = new SshDoor(dir, "limits: {bans: {failures-max: 1, except: []}}\n")) {
            door.newKey("mine", "-t", "ed25519");
            door.cluster().close();
            for (int i = 0; i < 3; i++) {
                assertThat(door.ssh("-T", "git@127.0.0.1")).contains("trine: the shard router cannot be reached");
            }
        }
    }

    @Test
    void aConnectionEndsWhenItHasLastedTooLong() throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, "limits: {session-max: 3s}\n")) {
            Process client = door.start("git@127.0.0.1", "git-upload-pack 'g/r'"); // and it may not get so far
            assertThat(new String(client.getInputStream().readAllBytes()))
                .contains("trine: this connection is older than 3s, which is the limit (limits.session-max);"
                    + " connect again");
            assertThat(client.waitFor()).isEqualTo(255);
        }
    }

    @Test
    void aConnectionOnWhichNothingIsSaidEndsWithASentence() throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, "limits: {idle-max: 3s}\n")) {
            assertThat(door.ssh("-N", "git@127.0.0.1")).contains("trine: nothing was said on this connection for 3s,"
                + " which is the limit (limits.idle-max); connect again").endsWith("exit 255");
        }
    }

    @Test
    void whoDoesNotSignInInTimeIsToldSo() throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, "limits: {auth-max: 500ms}\n");
             Socket client = new Socket("127.0.0.1", door.port())) {
            client.setSoTimeout(60_000);
            client.getOutputStream().write("SSH-2.0-silent\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                .contains("trine: you have not signed in within 500ms, which is the limit (limits.auth-max); connect"
                    + " again");
        }
    }

    @Test
    void whoTriesTooManyKeysIsTurnedAway() throws Exception {
        try (SshDoor door = new SshDoor(dir, "limits: {auth-attempts-max: 2}\n")) {
            List<String> arguments = new ArrayList<>();
            for (String name : List.of("one", "two", "three", "four")) {
                door.newKey(name, "-t", "ed25519");
                arguments.addAll(List.of("-i", dir.resolve(name).toString()));
            }
            arguments.add("git@127.0.0.1");
            assertThat(door.ssh(arguments.toArray(String[]::new))).contains("trine: you have tried 2 keys, which is the"
                + " limit (limits.auth-attempts-max); name the right one with 'ssh -i FILE -o IdentitiesOnly=yes'")
                .endsWith("exit 255");
        }
    }

    @Test
    void anOperationTooManyOnAConnectionIsRefusedAndTheOthersGoOn() throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, "limits: {channels-max: 1}\n");
             SshClient client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
            client.start();
            ClientSession session = client.connect("git", "127.0.0.1", door.port()).verify(PATIENCE).getSession();
            session.addPublicKeyIdentity(KeySignInTest.keyPair(dir.resolve("mine")));
            session.auth().verify(PATIENCE);
            ClientChannel first = session.createExecChannel("git-upload-pack 'g/r'");
            first.open().verify(PATIENCE);
            ClientChannel second = session.createExecChannel("whoami");
            assertThatThrownBy(() -> second.open().verify(PATIENCE)).rootCause()
                .isInstanceOfSatisfying(SshChannelOpenException.class, refused -> {
                    assertThat(refused.getReasonCode()).isEqualTo(SshConstants.SSH_OPEN_RESOURCE_SHORTAGE);
                    assertThat(refused).hasMessageContaining("trine: 1 operations run on this connection, which is the"
                        + " limit (limits.channels-max); let one finish, or connect once more");
                });
            first.getInvertedIn().write("0000".getBytes(StandardCharsets.US_ASCII));
            first.getInvertedIn().flush();
            first.waitFor(Set.of(ClientChannelEvent.EXIT_STATUS), PATIENCE);
            assertThat(first.getExitStatus()).isZero();
        }
    }

    @Test
    void aFetchUnderWayOfWhoIsSuspendedEndsWithASentence() throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, "relay: {recheck: 10ms}\n")) {
            Process client = fetching(door);
            door.cluster().suspend(5);
            assertThat(new String(client.getInputStream().readAllBytes())).contains("trine: your account was suspended,"
                + " or your credential has expired; ask an administrator (request ");
            assertThat(client.waitFor()).isEqualTo(128);
        }
    }

    @Test
    void aClientHearsSomethingWhileAnOperationRuns() throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, "limits: {keep-alive: 100ms}\n")) {
            Process client = door.start("-vvv", "-o", "ServerAliveInterval=1", "git@127.0.0.1",
                "git-upload-pack 'g/r'");
            try (BufferedReader output = client.inputReader()) {
                assertThat(output.lines().anyMatch(line -> line.contains("Received SSH2_MSG_IGNORE"))).isTrue();
            }
            client.destroyForcibly().waitFor();
        }
    }
}
