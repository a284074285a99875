package dev.trine.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of this software, as the build wrote it into the jar. */
final class Release {
    private Release() {
    }

    static String version() {
        Properties build = new Properties();
        try (InputStream in = Objects.requireNonNull(Release.class.getResourceAsStream("build.properties"))) {
            build.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the version in the jar cannot be read", e);
        }
        return build.getProperty("version");
    }
}
