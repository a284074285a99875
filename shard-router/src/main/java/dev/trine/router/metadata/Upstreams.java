package dev.trine.router.metadata;

import dev.trine.common.model.Share;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** Upstreams and migration rules. */
public final class Upstreams {
    /** How many upstreams there may be. */
    public static final int COUNT_MAX = 100;

    private static final int ATTEMPTS = 5;

    private final Database database;

    Upstreams(Database database) {
        this.database = database;
    }

    /** What became of a change. */
    public enum Change {
        /** It was made. */
        DONE,
        /** There are as many as there may be. */
        TOO_MANY,
        /** There is no such thing. */
        MISSING,
        /** A rule names the upstream. */
        IN_USE
    }

    /** Adds an upstream, or changes the one of that name. */
    public Change set(Upstream upstream) {
        return database.inTransaction(handle -> {
            handle.createUpdate("INSERT INTO upstreams (name, base_url, credential) VALUES (:name, :base, :credential)"
                    + " ON DUPLICATE KEY UPDATE base_url = VALUES(base_url), credential = VALUES(credential)")
                .bind("name", upstream.name().value()).bind("base", upstream.base().toString())
                .bind("credential", upstream.credential().name()).execute();
            return bounded(handle, "upstreams", COUNT_MAX);
        });
    }

    private static Change bounded(Handle handle, String table, int max) {
        if (handle.createQuery("SELECT COUNT(*) FROM " + table).mapTo(Long.class).one() > max) {
            handle.rollback();
            return Change.TOO_MANY;
        }
        return Change.DONE;
    }

    /** Removes an upstream that no rule names. */
    public Change remove(UpstreamName name) {
        try {
            return database.with(handle -> handle.createUpdate("DELETE FROM upstreams WHERE name = :name")
                .bind("name", name.value()).execute()) > 0 ? Change.DONE : Change.MISSING;
        } catch (JdbiException e) {
            if (Database.isConflict(e)) {
                return Change.IN_USE;
            }
            throw e;
        }
    }

    /** Sets a rule in place of the one on the same path; MISSING: there is no such upstream. */
    public Change set(MigrationRule rule) {
        try {
            return database.inTransaction(handle -> {
                handle.createUpdate("INSERT INTO migration_rules (scope, upstream, percent, is_read_only)"
                        + " VALUES (:scope, :upstream, :percent, :readOnly) ON DUPLICATE KEY UPDATE"
                        + " upstream = VALUES(upstream), percent = VALUES(percent),"
                        + " is_read_only = VALUES(is_read_only)")
                    .bind("scope", rule.scope().value())
                    .bind("upstream", rule.upstream().map(UpstreamName::value).orElse(null))
                    .bind("percent", rule.share().percent()).bind("readOnly", rule.readOnly()).execute();
                return bounded(handle, "migration_rules", MigrationRule.COUNT_MAX);
            });
        } catch (JdbiException e) {
            if (Database.isConflict(e)) {
                return Change.MISSING;
            }
            throw e;
        }
    }

    /** Takes a rule away. */
    public Change remove(Scope scope) {
        return database.with(handle -> handle.createUpdate("DELETE FROM migration_rules WHERE scope = :scope")
            .bind("scope", scope.value()).execute()) > 0 ? Change.DONE : Change.MISSING;
    }

    /** All of it. What changes while it is read is read again: a rule never comes without the upstream it names. */
    public MigrationPlan plan() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            MigrationPlan plan = database.with(handle -> {
                List<MigrationRule> rules = rules(handle);
                return new MigrationPlan(upstreams(handle), rules);
            });
            if (plan.isWhole()) {
                return plan;
            }
        }
        throw new IllegalStateException("upstreams and migration rules changed each time that they were read");
    }

    private static List<Upstream> upstreams(Handle handle) {
        return handle.createQuery("SELECT name, base_url, credential FROM upstreams ORDER BY name")
            .map((row, at) -> new Upstream(new UpstreamName(row.getString("name")),
                Upstream.base(row.getString("base_url")), Upstream.Credential.valueOf(row.getString("credential"))))
            .list();
    }

    private static List<MigrationRule> rules(Handle handle) {
        return handle.createQuery("SELECT scope, upstream, percent, is_read_only FROM migration_rules ORDER BY scope")
            .map((row, at) -> new MigrationRule(new Scope(row.getString("scope")),
                Optional.ofNullable(row.getString("upstream")).map(UpstreamName::new),
                new Share(row.getInt("percent")), row.getBoolean("is_read_only"))).list();
    }
}
