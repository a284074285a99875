package dev.trine.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * What software this is, as the build wrote it into the jar.
 *
 * @param version for example "0.1.0"
 * @param commit  of the source, hexadecimal; empty: the build did not know
 */
record Release(String version, String commit) {
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z.+-]+");
    private static final Pattern COMMIT = Pattern.compile("([0-9a-f]{7,64})?");

    Release {
        if (!VERSION.matcher(version).matches() || !COMMIT.matcher(commit).matches()) {
            throw new IllegalArgumentException("not a release: " + version + " " + commit);
        }
    }

    /** This one. */
    static Release own() {
        Properties build = new Properties();
        try (InputStream in = Objects.requireNonNull(Release.class.getResourceAsStream("build.properties"))) {
            build.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the version in the jar cannot be read", e);
        }
        return new Release(build.getProperty("version"), build.getProperty("commit"));
    }

    /** As a JSON object. */
    String json() {
        return "{\"version\":\"" + version + "\"" + (commit.isEmpty() ? "" : ",\"commit\":\"" + commit + "\"") + "}";
    }
}
