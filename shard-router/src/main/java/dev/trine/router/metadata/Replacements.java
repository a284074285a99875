package dev.trine.router.metadata;

import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.router.metadata.Replacement.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Replacements of nodes and lost disks, and how far they are: hints for whoever goes on with them. */
public final class Replacements {
    private static final String SELECT = "SELECT id, old_node, new_node, new_incarnation, state, begun_ms, ended_ms"
        + " FROM replacements ";

    private final Database database;
    private final Clock clock;

    Replacements(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    private static Replacement read(ResultSet row) throws SQLException {
        long ended = row.getLong("ended_ms");
        return new Replacement(row.getLong("id"), new NodeId(row.getString("old_node")),
            new Member(new NodeId(row.getString("new_node")), new Incarnation(row.getString("new_incarnation"))),
            State.valueOf(row.getString("state")), Instant.ofEpochMilli(row.getLong("begun_ms")),
            ended == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ended)));
    }

    /**
     * Begins one: admits the joining disk, and puts its node into the place of the leaving one in all shards, so that
     * nothing new comes to the leaving disk. If one with the same nodes and disk is running already, returns that.
     */
    public Replacement begin(NodeId leaving, Member joining) {
        return database.inTransaction(handle -> {
            handle.createQuery("SELECT name FROM nodes WHERE name = :name FOR UPDATE").bind("name", leaving.value())
                .mapTo(String.class).one();
            Optional<Replacement> running = open(handle).stream().filter(other -> other.leaving().equals(leaving)
                && other.joining().equals(joining) && other.state() == State.RUNNING).findFirst();
            return running.orElseGet(() -> insert(handle, leaving, joining));
        });
    }

    private Replacement insert(Handle handle, NodeId leaving, Member joining) {
        handle.createUpdate("UPDATE nodes SET incarnation = :disk WHERE name = :name")
            .bind("disk", joining.incarnation().value()).bind("name", joining.node().value()).execute();
        Cluster.changePlaces(handle, leaving, joining.node());
        Instant now = Instant.ofEpochMilli(clock.millis());
        long id = handle.createUpdate("INSERT INTO replacements (old_node, new_node, new_incarnation, state, begun_ms,"
                + " leader, leads_until_ms) VALUES (:leaving, :joining, :disk, 'RUNNING', :now, '', 0)")
            .bind("leaving", leaving.value()).bind("joining", joining.node().value())
            .bind("disk", joining.incarnation().value()).bind("now", now.toEpochMilli())
            .executeAndReturnGeneratedKeys("id").mapTo(Long.class).one();
        return new Replacement(id, leaving, joining, State.RUNNING, now, Optional.empty());
    }

    /** Takes one back that is running, and gives the leaving node its place in the shards again; false: it is not. */
    public boolean cancel(Replacement replacement) {
        return database.inTransaction(handle -> {
            boolean cancelled = move(handle, replacement, State.RUNNING, State.CANCELLING);
            if (cancelled) {
                Cluster.changePlaces(handle, replacement.joining().node(), replacement.leaving());
            }
            return cancelled;
        });
    }

    /** The work is done: RUNNING becomes DONE, CANCELLING becomes CANCELLED; false: it is in another state. */
    public boolean end(Replacement replacement) {
        return database.inTransaction(handle -> move(handle, replacement, replacement.state(),
            replacement.state() == State.RUNNING ? State.DONE : State.CANCELLED));
    }

    private boolean move(Handle handle, Replacement replacement, State from, State to) {
        return handle.createUpdate("UPDATE replacements SET state = :to, ended_ms = :ended WHERE id = :id"
                + " AND state = :from")
            .bind("to", to.name()).bind("from", from.name()).bind("id", replacement.id())
            .bind("ended", to.isOpen() ? 0L : clock.millis()).execute() > 0;
    }

    /** Those with work left, oldest first. */
    public List<Replacement> open() {
        return database.with(Replacements::open);
    }

    static List<Replacement> open(Handle handle) {
        return handle.createQuery(SELECT + "WHERE state IN ('RUNNING', 'CANCELLING') ORDER BY id")
            .map((row, at) -> read(row)).list();
    }

    /** The newest ones, newest first. */
    public List<Replacement> list(int limit) {
        return database.with(handle -> handle.createQuery(SELECT + "ORDER BY id DESC LIMIT :limit")
            .bind("limit", limit).map((row, at) -> read(row)).list());
    }

    public Optional<Replacement> find(long id) {
        return database.with(handle -> handle.createQuery(SELECT + "WHERE id = :id").bind("id", id)
            .map((row, at) -> read(row)).findOne());
    }

    /** Makes or keeps that router the one that works on it, for so long; false: another one does. */
    public boolean lead(Replacement replacement, String router, Duration term) {
        long now = clock.millis();
        return database.with(handle -> handle.createUpdate("UPDATE replacements SET leader = :me,"
                + " leads_until_ms = :until WHERE id = :id AND (leader = :me OR leads_until_ms < :now)")
            .bind("me", router).bind("until", now + term.toMillis()).bind("now", now).bind("id", replacement.id())
            .execute()) > 0;
    }

    /** Notes how far one repository is. */
    public void note(Replacement replacement, Move move) {
        database.with(handle -> handle.createUpdate("INSERT INTO moves (replacement, repository, stage, bytes_total,"
                + " bytes_done, problem) VALUES (:id, :repository, :stage, :total, :copied, :problem)"
                + " ON DUPLICATE KEY UPDATE stage = VALUES(stage), bytes_total = VALUES(bytes_total),"
                + " bytes_done = VALUES(bytes_done), problem = VALUES(problem)")
            .bind("id", replacement.id()).bind("repository", move.repository().value())
            .bind("stage", move.stage().name()).bind("total", move.bytesTotal()).bind("copied", move.bytesCopied())
            .bind("problem", move.problem()).execute());
    }

    /** A repository has no part in it any more: it stayed, or was deleted. */
    public void drop(Replacement replacement, RepoId repository) {
        database.with(handle -> handle.createUpdate("DELETE FROM moves WHERE replacement = :id"
                + " AND repository = :repository").bind("id", replacement.id())
            .bind("repository", repository.value()).execute());
    }

    /** Repositories that were noted in that stage, at most so many. */
    public List<Move> moves(Replacement replacement, Move.Stage stage, int limit) {
        return database.with(handle -> handle.createQuery("SELECT repository, bytes_total, bytes_done, problem"
                + " FROM moves WHERE replacement = :id AND stage = :stage ORDER BY repository LIMIT :limit")
            .bind("id", replacement.id()).bind("stage", stage.name()).bind("limit", limit)
            .map((row, at) -> new Move(new RepoId(row.getString("repository")), stage, row.getLong("bytes_total"),
                row.getLong("bytes_done"), row.getString("problem"))).list());
    }

    /**
     * Sums over repositories in one stage.
     *
     * @param repositories how many
     * @param bytesTotal   bytes to copy of those of which it is known
     * @param bytesCopied  of those
     */
    public record Sum(long repositories, long bytesTotal, long bytesCopied) {
        static final Sum NOTHING = new Sum(0, 0, 0);
    }

    /** The sums of each stage. */
    public Map<Move.Stage, Sum> sums(Replacement replacement) {
        Map<Move.Stage, Sum> sums = new EnumMap<>(Move.Stage.class);
        for (Move.Stage stage : Move.Stage.values()) {
            sums.put(stage, Sum.NOTHING);
        }
        database.with(handle -> handle.createQuery("SELECT stage, COUNT(*) AS repositories, SUM(bytes_total) AS total,"
                + " SUM(bytes_done) AS copied FROM moves WHERE replacement = :id GROUP BY stage")
            .bind("id", replacement.id()).map((row, at) -> sums.put(Move.Stage.valueOf(row.getString("stage")),
                new Sum(row.getLong("repositories"), row.getLong("total"), row.getLong("copied")))).list());
        return sums;
    }
}
