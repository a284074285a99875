package dev.trine.router.metadata;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;

/** The users' SSH keys; one key belongs to one user. */
public final class SshKeys {
    private static final String SELECT = "SELECT k.id, u.name, k.fingerprint, k.key_type, k.remark, k.created_ms"
        + " FROM ssh_keys k JOIN users u ON u.id = k.user_id ";

    private final Database database;
    private final Clock clock;

    SshKeys(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    private static SshKey read(ResultSet row) throws SQLException {
        return new SshKey(row.getLong("id"), new UserName(row.getString("name")),
            Sha256.stored(row.getBytes("fingerprint")).asFingerprint(), row.getString("key_type"),
            row.getString("remark"), Instant.ofEpochMilli(row.getLong("created_ms")));
    }

    /** Registers a key; empty: it is registered already, perhaps for somebody else. */
    public Optional<SshKey> add(User user, PublicKey key) {
        long now = clock.millis();
        try {
            long id = database.with(handle -> handle
                .createUpdate("INSERT INTO ssh_keys (user_id, fingerprint, wire_form, key_type, remark, created_ms)"
                    + " VALUES (:user, :fingerprint, :wireForm, :type, :remark, :now)")
                .bind("user", user.id()).bind("fingerprint", key.fingerprint().bytes())
                .bind("wireForm", key.wireForm()).bind("type", key.type()).bind("remark", key.remark())
                .bind("now", now).executeAndReturnGeneratedKeys("id").mapTo(Long.class).one());
            return Optional.of(new SshKey(id, user.name(), key.fingerprint().asFingerprint(), key.type(),
                key.remark(), Instant.ofEpochMilli(now)));
        } catch (JdbiException e) {
            if (Database.isConflict(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The user whom the key belongs to, disabled or not. */
    public Optional<User> owner(byte[] wireForm) {
        return database.with(handle -> handle
            .createQuery("SELECT " + Users.COLUMNS + ", k.wire_form FROM ssh_keys k JOIN users u ON u.id = k.user_id"
                + " WHERE k.fingerprint = :fingerprint")
            .bind("fingerprint", Sha256.of(wireForm).bytes())
            .map((row, at) -> Arrays.equals(row.getBytes("wire_form"), wireForm) ? Optional.of(Users.read(row))
                : Optional.<User>empty())
            .findOne().flatMap(owner -> owner));
    }

    /**
     * A key as it is stored.
     *
     * @param id          its id
     * @param fingerprint SHA-256 of its wire form
     * @param userId      whose it is
     */
    public record Stored(long id, Sha256 fingerprint, long userId) {
    }

    /** Keys after that id, in order of id. */
    public List<Stored> stored(long after, int limit) {
        return database.with(handle -> handle
            .createQuery("SELECT id, fingerprint, user_id FROM ssh_keys WHERE id > :after ORDER BY id LIMIT :limit")
            .bind("after", after).bind("limit", limit)
            .map((row, at) -> new Stored(row.getLong("id"), Sha256.stored(row.getBytes("fingerprint")),
                row.getLong("user_id"))).list());
    }

    public Optional<SshKey> find(long id) {
        return database.with(handle -> handle.createQuery(SELECT + "WHERE k.id = :id").bind("id", id)
            .map((row, at) -> read(row)).findOne());
    }

    /** A user's keys, or everybody's, in order of id. */
    public List<SshKey> list(Optional<User> of) {
        return database.with(handle -> of
            .map(user -> handle.createQuery(SELECT + "WHERE k.user_id = :user ORDER BY k.id").bind("user", user.id()))
            .orElseGet(() -> handle.createQuery(SELECT + "ORDER BY k.id"))
            .map((row, at) -> read(row)).list());
    }

    /** Removes a key and returns its fingerprint; empty: there is none of that id. */
    public Optional<Sha256> remove(long id) {
        return database.inTransaction(handle -> {
            Optional<Sha256> fingerprint = handle
                .createQuery("SELECT fingerprint FROM ssh_keys WHERE id = :id FOR UPDATE").bind("id", id)
                .map((row, at) -> Sha256.stored(row.getBytes("fingerprint"))).findOne();
            handle.createUpdate("DELETE FROM ssh_keys WHERE id = :id").bind("id", id).execute();
            return fingerprint;
        });
    }
}
