package dev.trine.router.metadata;

import dev.trine.router.metadata.AccessToken.Kind;
import dev.trine.router.metadata.AccessToken.Wanted;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;

/** The access tokens, of which only hashes are stored. */
public final class Tokens {
    private static final String SELECT = "SELECT t.id, t.user_id, u.name, t.secret_hash, t.label, t.created_ms,"
        + " t.expires_ms, t.is_revoked, t.is_limited, t.kind, t.is_api, t.last_used_ms"
        + " FROM tokens t LEFT JOIN users u ON u.id = t.user_id ";

    private static final int SWEPT_MAX = 1_000;

    private final Database database;
    private final Clock clock;

    Tokens(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** A row without its rights. */
    private record Row(AccessToken token, long userId, Sha256 hash, boolean limited) {
        static Row read(ResultSet row) throws SQLException {
            Wanted made = new Wanted(Kind.valueOf(row.getString("kind")), row.getString("label"), Rights.NONE,
                row.getBoolean("is_api"), Rows.instant(row, "expires_ms"));
            return new Row(new AccessToken(row.getLong("id"),
                Optional.ofNullable(row.getString("name")).map(UserName::new), made, Instant.ofEpochMilli(
                    row.getLong("created_ms")), row.getBoolean("is_revoked"), Rows.instant(row, "last_used_ms")),
                row.getLong("user_id"), Sha256.stored(row.getBytes("secret_hash")),
                row.getBoolean("is_limited"));
        }

        Row with(Map<Long, Rights> stored) {
            Wanted made = token.made();
            Rights rights = limited ? stored.getOrDefault(token.id(), Rights.NONE) : Rights.ALL;
            return new Row(new AccessToken(token.id(), token.user(), new Wanted(made.kind(), made.label(), rights,
                made.api(), made.expires()), token.created(), token.revoked(), token.lastUsed()), userId, hash,
                limited);
        }

        Stored stored() {
            OptionalLong user = token.made().kind() == Kind.PERSONAL ? OptionalLong.of(userId) : OptionalLong.empty();
            String name = token.made().kind() == Kind.WORKLOAD ? token.made().label() : AccessToken.nameOf(token.id());
            return new Stored(token.id(), hash, new Credential(name, user,
                token.made().rights(), token.made().api(), token.made().expires(), Presence.ANY));
        }
    }

    /** Rows with their rights, in order of id. */
    private static List<Row> read(Handle handle, Query query) {
        List<Row> rows = query.map((row, at) -> Row.read(row)).list();
        if (rows.isEmpty()) {
            return rows;
        }
        Map<Long, Rights> rights = RightRows.OF_TOKENS.between(handle, rows.getFirst().token().id(),
            rows.getLast().token().id());
        return rows.stream().map(row -> row.with(rights)).toList();
    }

    /** Stores a token's hash; empty: that very token is stored already. */
    public Optional<AccessToken> add(User user, Sha256 secretHash, Wanted wanted) {
        return add(user, secretHash, wanted, Integer.MAX_VALUE).added();
    }

    /**
     * Stores a token's hash, if the user has fewer than so many that work: of his own, or that act for themselves. Of
     * those that have ended, the last so many are kept, and all of an administrator.
     */
    public Addition<AccessToken> add(User user, Sha256 secretHash, Wanted wanted, int most) {
        return add(Optional.of(user), secretHash, wanted, most);
    }

    /** Stores the hash of a workload's token; empty: that very token is stored already. */
    public Optional<AccessToken> addForWorkload(Sha256 secretHash, Wanted wanted) {
        return add(Optional.empty(), secretHash, wanted, Integer.MAX_VALUE).added();
    }

    private Addition<AccessToken> add(Optional<User> user, Sha256 secretHash, Wanted wanted, int most) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        boolean limited = wanted.kind() != Kind.PERSONAL || !wanted.rights().isAll();
        try {
            Optional<Long> made = database.inTransaction(handle -> {
                if (user.isPresent() && isFull(handle, user.get(), wanted.kind(), most)) {
                    return Optional.<Long>empty();
                }
                long id = handle.createUpdate("INSERT INTO tokens (user_id, secret_hash, label, created_ms, expires_ms,"
                        + " is_revoked, is_limited, kind, is_api)"
                        + " VALUES (:user, :hash, :label, :now, :expires, FALSE, :limited, :kind, :api)")
                    .bind("user", user.map(User::id).orElse(null)).bind("hash", secretHash.bytes())
                    .bind("label", wanted.label()).bind("now", now.toEpochMilli()).bind("limited", limited)
                    .bind("kind", wanted.kind().name())
                    .bind("api", wanted.api())
                    .bind("expires", wanted.expires().map(Instant::toEpochMilli).orElse(null))
                    .executeAndReturnGeneratedKeys("id").mapTo(Long.class).one();
                if (limited) {
                    RightRows.OF_TOKENS.put(handle, id, wanted.rights().each());
                }
                return Optional.of(id);
            });
            return made.<Addition<AccessToken>>map(id -> new Addition.Done<>(new AccessToken(id, user.map(User::name),
                wanted, now, false, Optional.empty()))).orElseGet(Addition.TooMany::new);
        } catch (JdbiException e) {
            if (Database.isConflict(e)) {
                return new Addition.Taken<>();
            }
            throw e;
        }
    }

    /**
     * Whether a user has so many tokens that work. Those that ended, but for the last so many, are deleted; not an
     * administrator's: one that stands in a router's configuration would be added again, and work.
     */
    private boolean isFull(Handle handle, User user, Kind kind, int most) {
        Users.lock(handle, user);
        String his = " FROM tokens WHERE user_id = :user AND kind " + (kind == Kind.PERSONAL ? "=" : "<>")
            + " 'PERSONAL' AND ";
        long working = handle.createQuery("SELECT COUNT(*)" + his + "is_revoked = FALSE AND (expires_ms IS NULL"
                + " OR expires_ms > :now)").bind("user", user.id()).bind("now", clock.millis())
            .mapTo(Long.class).one();
        if (!user.admin()) {
            delete(handle, handle.createQuery("SELECT id" + his + "(is_revoked = TRUE OR expires_ms <= :now)"
                    + " ORDER BY id DESC LIMIT " + SWEPT_MAX + " OFFSET :kept").bind("user", user.id())
                .bind("now", clock.millis()).bind("kept", most).mapTo(Long.class).list());
        }
        return working >= most;
    }

    private static void delete(Handle handle, List<Long> ids) {
        if (!ids.isEmpty()) {
            handle.createUpdate("DELETE FROM token_rights WHERE token IN (<ids>)").bindList("ids", ids).execute();
            handle.createUpdate("DELETE FROM tokens WHERE id IN (<ids>)").bindList("ids", ids).execute();
        }
    }

    /**
     * A token that is not revoked, as it is stored.
     *
     * @param id         its id
     * @param hash       SHA-256 of its text
     * @param credential what it stands for
     */
    public record Stored(long id, Sha256 hash, Credential credential) {
    }

    /** What a token stands for that is neither revoked nor expired. */
    public Optional<Credential> credential(Sha256 secretHash) {
        return database.inTransaction(handle -> read(handle, handle
                .createQuery(SELECT + "WHERE t.secret_hash = :hash AND t.is_revoked = FALSE")
                .bind("hash", secretHash.bytes()))).stream()
            .filter(row -> row.hash().equals(secretHash)).findFirst()
            .flatMap(row -> row.stored().credential().at(clock.instant()));
    }

    /** Tokens after that id that are not revoked, in order of id, as of one moment. */
    public List<Stored> stored(long after, int limit) {
        return database.inTransaction(handle -> read(handle, handle
                .createQuery(SELECT + "WHERE t.id > :after AND t.is_revoked = FALSE ORDER BY t.id LIMIT :limit")
                .bind("after", after).bind("limit", limit))).stream().map(Row::stored).toList();
    }

    public Optional<AccessToken> find(long id) {
        return database.inTransaction(handle -> read(handle, handle.createQuery(SELECT + "WHERE t.id = :id")
            .bind("id", id))).stream().map(Row::token).findFirst();
    }

    /** A user's tokens, or everybody's, in order of id. */
    public List<AccessToken> list(Optional<User> of) {
        return database.inTransaction(handle -> read(handle, of
            .map(user -> handle.createQuery(SELECT + "WHERE t.user_id = :user ORDER BY t.id").bind("user", user.id()))
            .orElseGet(() -> handle.createQuery(SELECT + "ORDER BY t.id")))).stream().map(Row::token).toList();
    }

    /** Tokens that act for themselves, are not revoked and have a right at exactly that scope, in order of id. */
    public List<AccessToken> at(Scope scope) {
        return database.inTransaction(handle -> read(handle, handle.createQuery(SELECT + "WHERE t.kind <> 'PERSONAL'"
                + " AND t.is_revoked = FALSE AND t.id IN (SELECT r.token FROM token_rights r WHERE r.scope = :scope)"
                + " ORDER BY t.id").bind("scope", scope.value()))).stream().map(Row::token).toList();
    }

    /** Revokes a token for ever and returns its hash; empty: there is none of that id. */
    public Optional<Sha256> revoke(long id) {
        return database.inTransaction(handle -> {
            handle.createUpdate("UPDATE tokens SET is_revoked = TRUE WHERE id = :id").bind("id", id).execute();
            return handle.createQuery("SELECT secret_hash FROM tokens WHERE id = :id").bind("id", id)
                .map((row, at) -> Sha256.stored(row.getBytes("secret_hash"))).findOne();
        });
    }

    /** How many tokens of a workload work now. */
    public long ofWorkload(String name) {
        return database.with(handle -> handle.createQuery("SELECT COUNT(*) FROM tokens WHERE kind = 'WORKLOAD'"
                + " AND label = :name AND expires_ms > :now AND is_revoked = FALSE")
            .bind("name", name).bind("now", clock.millis()).mapTo(Long.class).one());
    }

    /** Deletes workloads' tokens that ended before that time, at most so many; says how many. */
    public int sweepWorkloads(Instant endedBefore, int most) {
        return database.inTransaction(handle -> {
            List<Long> ids = handle.createQuery("SELECT id FROM tokens WHERE kind = 'WORKLOAD' AND expires_ms < :end"
                    + " ORDER BY id LIMIT :most")
                .bind("end", endedBefore.toEpochMilli()).bind("most", most).mapTo(Long.class).list();
            delete(handle, ids);
            return ids.size();
        });
    }

    /** Notes when tokens were presented last. */
    public void used(Map<Sha256, Instant> when) {
        Rows.noteUse(database, "tokens", "secret_hash", when);
    }
}
