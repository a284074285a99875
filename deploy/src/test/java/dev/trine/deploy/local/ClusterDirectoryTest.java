package dev.trine.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.inspector.cli.CommandFailure;
import dev.trine.router.metadata.TokenSecret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which directories a cluster may use, and how it writes there. */
class ClusterDirectoryTest {
    @TempDir
    private Path directory;

    private ClusterDirectory cluster() {
        return ClusterDirectory.at(directory);
    }

    @Test
    void aMissingOrEmptyDirectoryMayBeUsed() {
        assertThatCode(() -> DirectoryFormat.check(cluster())).doesNotThrowAnyException();
        ClusterDirectory missing = ClusterDirectory.at(directory.resolve("new"));
        assertThatCode(() -> DirectoryFormat.check(missing)).doesNotThrowAnyException();
    }

    @Test
    void aDirectoryOfOursMayBeUsedAgain() throws Exception {
        DirectoryFormat.write(cluster());
        assertThatCode(() -> DirectoryFormat.check(cluster())).doesNotThrowAnyException();
    }

    @Test
    void onlyItsOwnerMayLookIntoADirectoryOfOurs() throws Exception {
        ClusterDirectory missing = ClusterDirectory.at(directory.resolve("new"));
        DirectoryFormat.write(missing);
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rwxr-xr-x"));
        DirectoryFormat.write(ClusterDirectory.at(empty));
        assertThat(Files.getPosixFilePermissions(missing.root()))
            .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(empty)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void aDirectoryThatAnotherUserOwnsIsRefused() throws Exception {
        int owner = (int) Files.getAttribute(directory, "unix:uid");
        assertThatCode(() -> DirectoryFormat.checkOwner(cluster(), owner)).doesNotThrowAnyException();
        assertThatThrownBy(() -> DirectoryFormat.checkOwner(cluster(), owner + 1)).isInstanceOf(CommandFailure.class)
            .hasMessageContaining("belongs to another user").hasMessageContaining("--data");
    }

    @Test
    void somebodyElsesDirectoryIsLeftAlone() throws Exception {
        Files.writeString(directory.resolve("thesis.tex"), "x");
        assertThatThrownBy(() -> DirectoryFormat.check(cluster())).isInstanceOf(CommandFailure.class)
            .hasMessageContaining("not Trine's").hasMessageContaining("--data");
        assertThat(directory.toFile().list()).containsExactly("thesis.tex");
    }

    @Test
    void aFileIsNoDirectory() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThatThrownBy(() -> DirectoryFormat.check(ClusterDirectory.at(file)))
            .hasMessageContaining("not a directory");
    }

    @Test
    void aDirectoryOfANewerProgramIsRefused() throws Exception {
        Files.writeString(directory.resolve("format"), (DirectoryFormat.CURRENT + 1) + "\n");
        assertThatThrownBy(() -> DirectoryFormat.check(cluster())).isInstanceOf(CommandFailure.class)
            .hasMessageContaining("newer Trine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "one", "99999999999999999999"})
    void aDamagedFormatIsRefused(String text) throws Exception {
        Files.writeString(directory.resolve("format"), text);
        assertThatThrownBy(() -> DirectoryFormat.check(cluster())).isInstanceOf(CommandFailure.class)
            .hasMessageContaining("version number");
    }

    @Test
    void tooLittleDiskIsToldWithBothNumbers() {
        assertThatThrownBy(() -> DiskSpace.check(directory, 100L << 20)).isInstanceOf(CommandFailure.class)
            .hasMessageContaining("100 MiB").hasMessageContaining("1024 MiB");
        assertThatCode(() -> DiskSpace.check(directory, 1L << 30)).doesNotThrowAnyException();
    }

    @Test
    void aSecretIsMadeOnceAndOnlyItsOwnerMayReadIt() throws Exception {
        String secret = PrivateFile.secret(cluster().secret(), new SecureRandom());
        assertThat(secret).matches("[0-9a-f]{64}");
        assertThat(PrivateFile.secret(cluster().secret(), new SecureRandom())).isEqualTo(secret);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cluster().secret())))
            .isEqualTo("rw-------");
    }

    @Test
    void theAdministratorsTokenIsOneThatScannersForLostSecretsFind() {
        String token = PrivateFile.token(cluster().adminToken(), new SecureRandom());
        assertThat(token).matches("trine_pat_[0-9A-Za-z]{49}");
        assertThat(TokenSecret.parse(token)).isPresent();
        assertThat(PrivateFile.token(cluster().adminToken(), new SecureRandom())).isEqualTo(token);
    }

    @Test
    void twoCommandsDoNotChangeAClusterAtOnce() {
        DirectoryLock.holding(cluster(), () -> assertThatThrownBy(() -> DirectoryLock.holding(cluster(), () -> { }))
            .isInstanceOf(CommandFailure.class).hasMessageContaining("at work"));
    }
}
