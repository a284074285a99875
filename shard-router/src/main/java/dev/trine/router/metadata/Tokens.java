package dev.trine.router.metadata;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;

/** The users' access tokens, of which only hashes are stored. */
public final class Tokens {
    private static final String SELECT = "SELECT t.id, u.name, t.label, t.created_ms, t.expires_ms, t.is_revoked"
        + " FROM tokens t JOIN users u ON u.id = t.user_id ";

    private final Database database;
    private final Clock clock;

    Tokens(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private static AccessToken read(ResultSet row) throws SQLException {
        return new AccessToken(row.getLong("id"), new UserName(row.getString("name")), row.getString("label"),
            Instant.ofEpochMilli(row.getLong("created_ms")), instant(row, "expires_ms"),
            row.getBoolean("is_revoked"));
    }

    /** Stores a token's hash; empty: that very token is stored already. */
    public Optional<AccessToken> add(User user, Sha256 secretHash, String label, Optional<Instant> expires) {
        long now = clock.millis();
        try {
            long id = database.with(handle -> handle
                .createUpdate("INSERT INTO tokens (user_id, secret_hash, label, created_ms, expires_ms, is_revoked)"
                    + " VALUES (:user, :hash, :label, :now, :expires, FALSE)")
                .bind("user", user.id()).bind("hash", secretHash.bytes()).bind("label", label).bind("now", now)
                .bind("expires", expires.map(Instant::toEpochMilli).orElse(null))
                .executeAndReturnGeneratedKeys("id").mapTo(Long.class).one());
            return Optional.of(new AccessToken(id, user.name(), label, Instant.ofEpochMilli(now), expires, false));
        } catch (JdbiException e) {
            if (Database.isConflict(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * What a token that works stands for.
     *
     * @param user    whose it is, disabled or not
     * @param expires when it stops working by itself
     */
    public record Bearer(User user, Optional<Instant> expires) {
    }

    /** The bearer of a token that is neither revoked nor expired. */
    public Optional<Bearer> bearer(Sha256 secretHash) {
        return database.with(handle -> handle
            .createQuery("SELECT " + Users.COLUMNS + ", t.secret_hash, t.expires_ms FROM tokens t"
                + " JOIN users u ON u.id = t.user_id WHERE t.secret_hash = :hash AND t.is_revoked = FALSE")
            .bind("hash", secretHash.bytes())
            .map((row, at) -> Sha256.stored(row.getBytes("secret_hash")).equals(secretHash)
                ? Optional.of(new Bearer(Users.read(row), instant(row, "expires_ms"))) : Optional.<Bearer>empty())
            .findOne().flatMap(bearer -> bearer)
            .filter(bearer -> bearer.expires().isEmpty() || bearer.expires().get().isAfter(clock.instant())));
    }

    /**
     * A token that works, as it is stored.
     *
     * @param id      its id
     * @param hash    SHA-256 of its text
     * @param userId  whose it is
     * @param expires when it stops working by itself
     */
    public record Stored(long id, Sha256 hash, long userId, Optional<Instant> expires) {
    }

    /** Tokens after that id that are not revoked, in order of id. */
    public List<Stored> stored(long after, int limit) {
        return database.with(handle -> handle
            .createQuery("SELECT id, secret_hash, user_id, expires_ms FROM tokens"
                + " WHERE id > :after AND is_revoked = FALSE ORDER BY id LIMIT :limit")
            .bind("after", after).bind("limit", limit)
            .map((row, at) -> new Stored(row.getLong("id"), Sha256.stored(row.getBytes("secret_hash")),
                row.getLong("user_id"), instant(row, "expires_ms"))).list());
    }

    public Optional<AccessToken> find(long id) {
        return database.with(handle -> handle.createQuery(SELECT + "WHERE t.id = :id").bind("id", id)
            .map((row, at) -> read(row)).findOne());
    }

    /** A user's tokens, or everybody's, in order of id. */
    public List<AccessToken> list(Optional<User> of) {
        return database.with(handle -> of
            .map(user -> handle.createQuery(SELECT + "WHERE t.user_id = :user ORDER BY t.id").bind("user", user.id()))
            .orElseGet(() -> handle.createQuery(SELECT + "ORDER BY t.id"))
            .map((row, at) -> read(row)).list());
    }

    /** Revokes a token for ever and returns its hash; empty: there is none of that id. */
    public Optional<Sha256> revoke(long id) {
        return database.inTransaction(handle -> {
            handle.createUpdate("UPDATE tokens SET is_revoked = TRUE WHERE id = :id").bind("id", id).execute();
            return handle.createQuery("SELECT secret_hash FROM tokens WHERE id = :id").bind("id", id)
                .map((row, at) -> Sha256.stored(row.getBytes("secret_hash"))).findOne();
        });
    }
}
