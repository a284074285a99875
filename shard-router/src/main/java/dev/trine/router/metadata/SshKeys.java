package dev.trine.router.metadata;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;

/** The SSH keys; one key belongs to one user, or acts for itself in some repositories. */
public final class SshKeys {
    private static final String SELECT = "SELECT k.id, k.user_id, u.name, k.fingerprint, k.wire_form, k.key_type,"
        + " k.remark, k.created_ms, k.is_deploy, k.presence, k.last_used_ms"
        + " FROM ssh_keys k JOIN users u ON u.id = k.user_id ";

    private static final int ATTEMPTS = 5;
    private final Database database;
    private final Clock clock;

    SshKeys(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** A row without its rights. */
    private record Row(SshKey key, long userId, Sha256 fingerprint, byte[] wireForm, boolean deploy) {
        static Row read(ResultSet row) throws SQLException {
            Sha256 fingerprint = Sha256.stored(row.getBytes("fingerprint"));
            SshKey key = new SshKey(row.getLong("id"), new UserName(row.getString("name")),
                fingerprint.asFingerprint(), row.getString("key_type"), row.getString("remark"),
                Instant.ofEpochMilli(row.getLong("created_ms")), Optional.empty(),
                Presence.valueOf(row.getString("presence")), Rows.instant(row, "last_used_ms"));
            return new Row(key, row.getLong("user_id"), fingerprint, row.getBytes("wire_form"),
                row.getBoolean("is_deploy"));
        }

        Row with(Map<Long, Rights> stored) {
            Optional<Rights> rights = deploy ? Optional.of(stored.getOrDefault(key.id(), Rights.NONE))
                : Optional.empty();
            return new Row(new SshKey(key.id(), key.user(), key.fingerprint(), key.type(), key.remark(), key.created(),
                rights, key.presence(), key.lastUsed()), userId, fingerprint, wireForm, deploy);
        }

        Stored stored() {
            return new Stored(key.id(), fingerprint, new Credential(SshKey.nameOf(key.id()),
                deploy ? OptionalLong.empty() : OptionalLong.of(userId), key.deploy().orElse(Rights.ALL), false,
                Optional.empty(), key.presence()));
        }
    }

    /** Rows with their rights, in order of id. */
    private static List<Row> read(Handle handle, Query query) {
        List<Row> rows = query.map((row, at) -> Row.read(row)).list();
        if (rows.isEmpty()) {
            return rows;
        }
        Map<Long, Rights> rights =
            RightRows.OF_KEYS.between(handle, rows.getFirst().key().id(), rows.getLast().key().id());
        return rows.stream().map(row -> row.with(rights)).toList();
    }

    /** Registers a key that signs a user in; empty: it is registered already, perhaps for somebody else. */
    public Optional<SshKey> add(User user, PublicKey key, Presence presence) {
        return add(user, key, presence, Integer.MAX_VALUE).added();
    }

    /** Registers a key that signs a user in, if he has fewer than so many of these; one that is registered is Taken. */
    public Addition<SshKey> add(User user, PublicKey key, Presence presence, int most) {
        try {
            return found(database.<Addition<Long>>inTransaction(handle -> {
                if (isFull(handle, user, false, most)) {
                    return isRegistered(handle, key) ? new Addition.Taken<>() : new Addition.TooMany<>();
                }
                return new Addition.Done<>(insert(handle, user, key, presence, false));
            }));
        } catch (JdbiException e) {
            if (Database.isConflict(e)) {
                return new Addition.Taken<>();
            }
            throw e;
        }
    }

    private Addition<SshKey> found(Addition<Long> added) {
        return switch (added) {
            case Addition.Done<Long> done -> Addition.orTaken(find(done.value()));
            case Addition.Taken<Long> taken -> new Addition.Taken<>();
            case Addition.TooMany<Long> many -> new Addition.TooMany<>();
        };
    }

    private static boolean isRegistered(Handle handle, PublicKey key) {
        return handle.createQuery("SELECT COUNT(*) FROM ssh_keys WHERE fingerprint = :fingerprint")
            .bind("fingerprint", key.fingerprint().bytes()).mapTo(Long.class).one() > 0;
    }

    /** Whether a user has so many keys of his own, or deploy keys that he registered. */
    private static boolean isFull(Handle handle, User user, boolean deploy, int most) {
        Users.lock(handle, user);
        return handle.createQuery("SELECT COUNT(*) FROM ssh_keys WHERE user_id = :user AND is_deploy = :deploy")
            .bind("user", user.id()).bind("deploy", deploy).mapTo(Long.class).one() >= most;
    }

    private long insert(Handle handle, User user, PublicKey key, Presence presence, boolean deploy) {
        return handle.createUpdate("INSERT INTO ssh_keys (user_id, fingerprint, wire_form, key_type, remark,"
                + " created_ms, is_deploy, presence)"
                + " VALUES (:user, :fingerprint, :wireForm, :type, :remark, :now, :deploy, :presence)")
            .bind("user", user.id()).bind("fingerprint", key.fingerprint().bytes()).bind("wireForm", key.wireForm())
            .bind("type", key.type()).bind("remark", key.remark()).bind("now", clock.millis()).bind("deploy", deploy)
            .bind("presence", presence.name()).executeAndReturnGeneratedKeys("id").mapTo(Long.class).one();
    }

    /**
     * Registers a deploy key, if the user registered fewer than so many of these, or gives one that is registered
     * already those rights as well. Taken: the key signs a user in, would have too many rights, or was registered to
     * prove something else.
     */
    public Addition<SshKey> addDeploy(User user, PublicKey key, Presence presence, List<Right> rights, int most) {
        for (int attempt = 1;; attempt++) {
            try {
                return found(addedDeploy(user, key, presence, rights, most));
            } catch (JdbiException e) {
                // somebody else registered the key at the same moment
                if (attempt == ATTEMPTS || !Database.isConflict(e)) {
                    throw e;
                }
            }
        }
    }

    private Addition<Long> addedDeploy(User user, PublicKey key, Presence presence, List<Right> rights, int most) {
        return database.<Addition<Long>>inTransaction(handle -> {
            Optional<Row> known = read(handle, handle
                .createQuery(SELECT + "WHERE k.fingerprint = :fingerprint FOR UPDATE")
                .bind("fingerprint", key.fingerprint().bytes())).stream().findFirst();
            if (known.isPresent() && (!known.get().deploy() || known.get().key().presence() != presence
                || known.get().key().deploy().orElse(Rights.NONE).each().size() + rights.size() > Rights.MAX)) {
                return new Addition.Taken<>();
            }
            if (known.isEmpty() && isFull(handle, user, true, most)) {
                return new Addition.TooMany<>();
            }
            long at = known.isPresent() ? known.get().key().id() : insert(handle, user, key, presence, true);
            RightRows.OF_KEYS.put(handle, at, rights);
            return new Addition.Done<>(at);
        });
    }

    /** What a key stands for, given in wire form. */
    public Optional<Credential> credential(byte[] wireForm) {
        return database.inTransaction(handle -> read(handle, handle
                .createQuery(SELECT + "WHERE k.fingerprint = :fingerprint")
                .bind("fingerprint", Sha256.of(wireForm).bytes()))).stream()
            .filter(row -> Arrays.equals(row.wireForm(), wireForm)).findFirst()
            .flatMap(row -> row.stored().credential().at(clock.instant()));
    }

    /**
     * A key as it is stored.
     *
     * @param id          its id
     * @param fingerprint SHA-256 of its wire form
     * @param credential  what it stands for
     */
    public record Stored(long id, Sha256 fingerprint, Credential credential) {
    }

    /** Keys after that id, in order of id, as of one moment. */
    public List<Stored> stored(long after, int limit) {
        return database.inTransaction(handle -> read(handle, handle
                .createQuery(SELECT + "WHERE k.id > :after ORDER BY k.id LIMIT :limit")
                .bind("after", after).bind("limit", limit))).stream().map(Row::stored).toList();
    }

    public Optional<SshKey> find(long id) {
        return database.inTransaction(handle -> read(handle, handle.createQuery(SELECT + "WHERE k.id = :id")
            .bind("id", id))).stream().map(Row::key).findFirst();
    }

    /** A user's keys, or everybody's, in order of id. */
    public List<SshKey> list(Optional<User> of) {
        return database.inTransaction(handle -> read(handle, of
            .map(user -> handle.createQuery(SELECT + "WHERE k.user_id = :user ORDER BY k.id").bind("user", user.id()))
            .orElseGet(() -> handle.createQuery(SELECT + "ORDER BY k.id")))).stream().map(Row::key).toList();
    }

    /** Deploy keys that have a right at exactly that scope, in order of id. */
    public List<SshKey> at(Scope scope) {
        return database.inTransaction(handle -> read(handle, handle.createQuery(SELECT
                + "WHERE k.id IN (SELECT r.ssh_key FROM key_rights r WHERE r.scope = :scope) ORDER BY k.id")
            .bind("scope", scope.value()))).stream().map(Row::key).toList();
    }

    /** Removes a key and returns its fingerprint; empty: there is none of that id. */
    public Optional<Sha256> remove(long id) {
        return database.inTransaction(handle -> {
            Optional<Sha256> fingerprint = fingerprint(handle, id);
            handle.createUpdate("DELETE FROM ssh_keys WHERE id = :id").bind("id", id).execute();
            return fingerprint;
        });
    }

    /** Takes a deploy key's right at exactly that scope away, and the key with its last one; empty: it has none. */
    public Optional<Sha256> removeRight(long id, Scope scope) {
        return database.inTransaction(handle -> {
            Optional<Sha256> fingerprint = fingerprint(handle, id);
            if (!RightRows.OF_KEYS.remove(handle, id, scope)) {
                return Optional.<Sha256>empty();
            }
            if (RightRows.OF_KEYS.of(handle, id).each().isEmpty()) {
                handle.createUpdate("DELETE FROM ssh_keys WHERE id = :id").bind("id", id).execute();
            }
            return fingerprint;
        });
    }

    private static Optional<Sha256> fingerprint(Handle handle, long id) {
        return handle.createQuery("SELECT fingerprint FROM ssh_keys WHERE id = :id FOR UPDATE").bind("id", id)
            .map((row, at) -> Sha256.stored(row.getBytes("fingerprint"))).findOne();
    }

    /** Notes when keys, by their fingerprints, signed somebody in last. */
    public void used(Map<Sha256, Instant> when) {
        Rows.noteUse(database, "ssh_keys", "fingerprint", when);
    }
}
