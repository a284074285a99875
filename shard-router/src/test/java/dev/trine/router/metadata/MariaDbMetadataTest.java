package dev.trine.router.metadata;

import dev.trine.router.fixture.DatabaseServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** MariaDB as Debian has it. */
class MariaDbMetadataTest extends BoundsContract {
    @TempDir
    static Path directory;

    private static DatabaseServer server;

    @BeforeAll
    static void start() throws IOException {
        server = DatabaseServer.mariaDb(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    MetadataConfig config() {
        return server(server.freshDatabase());
    }
}
