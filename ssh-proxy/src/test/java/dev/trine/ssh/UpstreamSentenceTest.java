package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.proto.UpstreamCredential;
import dev.trine.proto.UpstreamRoute;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said over SSH of a repository that an older Git host serves. */
@Timeout(60)
class UpstreamSentenceTest {
    @TempDir
    private Path dir;

    private String told(String settings, String program) throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, settings)) {
            door.cluster().send("g/r", UpstreamRoute.newBuilder().setName("old")
                .setRepositoryUrl("https://old.example/g/r.git").setCredential(UpstreamCredential.NO_CREDENTIAL)
                .build());
            return door.ssh("git@127.0.0.1", program + " '/g/r.git'");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"git-upload-pack", "git-receive-pack"})
    void theHttpUrlIsNamed(String program) throws Exception {
        assertThat(told("http-url: https://git.example/\n", program)).startsWith("trine: repository g/r is served over"
            + " HTTP only until it has moved here: use https://git.example/g/r.git (request ").endsWith("exit 128");
    }

    @Test
    void whereNobodySaidWhichItIsSaidToBeThatOfThisHost() throws Exception {
        assertThat(told("", "git-upload-pack")).contains("use the HTTP URL of this host");
    }
}
