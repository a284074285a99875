package dev.trine.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
public final class BuildVersion implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        Properties build = new Properties();
        try (InputStream in = Objects.requireNonNull(Trine.class.getResourceAsStream("build.properties"))) {
            build.load(in);
        }
        return new String[] {"trine " + build.getProperty("version"), "on Java " + System.getProperty("java.version")};
    }
}
