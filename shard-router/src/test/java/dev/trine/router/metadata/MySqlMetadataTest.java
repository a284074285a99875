package dev.trine.router.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trine.router.fixture.DatabaseServer;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Genuine MySQL, where there is one. */
class MySqlMetadataTest extends BoundsContract {
    @TempDir
    static Path directory;

    private static @Nullable DatabaseServer server;

    @BeforeAll
    static void start() throws IOException {
        String home = System.getenv("TRINE_MYSQL_HOME");
        assumeTrue(home != null, "the metadata suite did not run on genuine MySQL: TRINE_MYSQL_HOME names no directory"
            + " with its mysqld; deploy/fetch-mysql DIR makes one");
        assertThat(Path.of(home, "mysqld")).isExecutable();
        server = DatabaseServer.mySql(Path.of(home), directory);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    MetadataConfig config() {
        return server(server.freshDatabase());
    }
}
