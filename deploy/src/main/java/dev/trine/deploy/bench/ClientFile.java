package dev.trine.deploy.bench;

import dev.trine.common.config.ConfigException;
import dev.trine.common.config.ConfigFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a local cluster's client.yaml says: how to reach it, and as whom.
 *
 * @param http     base URL of the HTTP proxy
 * @param ssh      base URL of the SSH proxy
 * @param api      URL of the admin API
 * @param token    the administrator's access token
 * @param identity file of a private key that may sign in over SSH, if one was chosen
 */
public record ClientFile(URI http, URI ssh, URI api, String token, Optional<Path> identity) {
    /** Reads that of a data directory. */
    public static ClientFile of(Path directory) throws ConfigException {
        return ConfigFile.load(directory.resolve("client.yaml"), ClientFile.class);
    }
}
