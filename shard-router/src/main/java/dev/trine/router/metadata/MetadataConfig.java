package dev.trine.router.metadata;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the metadata database is.
 *
 * @param url         JDBC URL of MySQL or MariaDB ("jdbc:mysql:…"), or of the embedded H2 ("jdbc:h2:…")
 * @param user        database user; empty for the embedded one
 * @param password    his password; empty: none
 * @param connections most connections at once
 * @param patience    longest wait for a connection, also for the connection to be made
 * @param answerMax   longest wait for an answer of the database
 */
public record MetadataConfig(String url, String user, Optional<String> password, int connections, Duration patience,
                             Duration answerMax) {
    /**
     * URL of the embedded database in that directory: MySQL's dialect. Every commit is handed to the operating system
     * before it is answered, so it outlives the process, but not for certain a power failure. Who waits for somebody
     * else's transaction waits as long as in MySQL.
     */
    public static String embedded(Path directory) {
        return "jdbc:h2:file:" + directory.toAbsolutePath().resolve("metadata")
            + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;WRITE_DELAY=0"
            + ";DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=50000";
    }

    @Override
    public String toString() {
        return "metadata at " + url.replaceAll("[?;].*", "");
    }
}
