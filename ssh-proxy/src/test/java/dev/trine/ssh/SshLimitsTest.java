package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one client may take up, and what he is told beyond. */
@Timeout(120)
class SshLimitsTest {
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
            door.cluster().key(SshDoor.wire(dir.resolve("mine.pub")), 5, "alice");
            while (door.ssh("-T", "git@127.0.0.1").startsWith("Hi alice!")) {
                Thread.onSpinWait(); // the second failure is counted when its connection is seen to be gone
            }
            assertThat(door.ssh("-T", "git@127.0.0.1")).contains("trine: 2 sign-ins from 127.0.0.1 have failed, which"
                + " is the limit (limits.bans.failures-max); try again in ").endsWith("exit 255");
        }
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
        try (SshDoor door = SshDoor.forAlice(dir, "limits: {session-max: 500ms}\n")) {
            Process client = fetching(door);
            assertThat(new String(client.getInputStream().readAllBytes()))
                .contains("trine: this connection is older than 500ms, which is the limit (limits.session-max);"
                    + " connect again");
            assertThat(client.waitFor()).isEqualTo(255);
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
