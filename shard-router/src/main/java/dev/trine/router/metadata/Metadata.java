package dev.trine.router.metadata;

import java.time.Clock;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;

/**
 * The metadata database. Open it, {@link #migrate} it, then use its parts. Every call may throw
 * {@link MetadataAwayException}. Any thread.
 */
public final class Metadata implements AutoCloseable {
    private final MetadataConfig config;
    private final Database database;
    private final Users users;
    private final SshKeys keys;
    private final Tokens tokens;
    private final Grants grants;
    private final Cluster cluster;
    private final Repositories repositories;
    private final Replacements replacements;
    private final Policies policies;
    private final Settings settings;
    private final Upstreams upstreams;

    private Metadata(MetadataConfig config, Database database, Clock clock) {
        this.config = config;
        this.database = database;
        this.users = new Users(database, clock);
        this.keys = new SshKeys(database, clock);
        this.tokens = new Tokens(database, clock);
        this.grants = new Grants(database);
        this.cluster = new Cluster(database);
        this.repositories = new Repositories(database, clock);
        this.replacements = new Replacements(database, clock);
        this.policies = new Policies(database);
        this.settings = new Settings(database, clock);
        this.upstreams = new Upstreams(database);
    }

    /** Prepares the connections; does not fail when the database is away. */
    public static Metadata open(MetadataConfig config, Clock clock) {
        return new Metadata(config, new Database(config), clock);
    }

    /**
     * Brings the schema to this version's state, however long that takes; several routers may do so at once.
     *
     * @throws IllegalStateException the schema is newer than this software, or was changed by hand
     */
    public void migrate() {
        ping();
        try {
            Flyway.configure().dataSource(config.url(), config.user(), config.password().orElse(""))
                .locations("classpath:db/migration")
                .ignoreMigrationPatterns(new String[0]).connectRetries(0).load().migrate();
        } catch (FlywayValidateException e) {
            throw new IllegalStateException("the metadata database has another schema than this version of Trine knows;"
                + " start the version that made it, or a newer one: " + firstLine(e), e);
        } catch (FlywayException e) {
            ping();
            throw e;
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().filter(line -> line.contains("igration")).reduce((a, b) -> b)
            .orElse("");
    }

    /** Makes sure that the database answers. */
    public void ping() {
        database.with(handle -> handle.createQuery("SELECT 1").mapTo(Integer.class).one());
    }

    public Users users() {
        return users;
    }

    public SshKeys keys() {
        return keys;
    }

    public Tokens tokens() {
        return tokens;
    }

    public Grants grants() {
        return grants;
    }

    public Cluster cluster() {
        return cluster;
    }

    public Repositories repositories() {
        return repositories;
    }

    public Replacements replacements() {
        return replacements;
    }

    public Policies policies() {
        return policies;
    }

    public Settings settings() {
        return settings;
    }

    public Upstreams upstreams() {
        return upstreams;
    }

    @Override
    public void close() {
        database.close();
    }
}
