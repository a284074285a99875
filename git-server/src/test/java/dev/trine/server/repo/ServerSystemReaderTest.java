package dev.trine.server.repo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.junit.jupiter.api.Test;

/** What a server's JGit keeps of its own: nothing on disk. */
class ServerSystemReaderTest {
    private final ServerSystemReader reader = new ServerSystemReader();

    @Test
    void whatJGitWantsToRememberIsWrittenNowhereAndFailsNothing() throws Exception {
        for (FileBasedConfig config : List.of(reader.openUserConfig(null, FS.DETECTED),
            reader.openSystemConfig(null, FS.DETECTED), reader.openJGitConfig(null, FS.DETECTED))) {
            config.setString("filesystem", "somewhere", "timestampResolution", "1 ms");
            config.save(); // JGit does it in a thread of its own
            assertThat(config.getFile()).isNull();
            assertThat(config.isOutdated()).isFalse();
        }
    }
}
