package dev.trine.router.metadata;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The embedded database, as a router configures it. */
class H2MetadataTest extends BoundsContract {
    @TempDir
    static Path directory;

    private static int databases;

    @Override
    MetadataConfig config() {
        return new MetadataConfig(MetadataConfig.embedded(directory.resolve("d" + databases++)), "trine",
            Optional.empty(), 10, Duration.ofMinutes(1), Duration.ofMinutes(2));
    }
}
