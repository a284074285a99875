package dev.trine.router.metadata;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.router.metadata.Repository.Phase;
import dev.trine.router.routing.Placement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;

/** The directory of repositories. A phase only goes CREATING, ACTIVE, DELETING; a generation only grows. */
public final class Repositories {
    private static final int SCOPES_AT_ONCE = 500;

    private final Database database;
    private final Clock clock;

    Repositories(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Enters a repository in phase CREATING, at generation 1; empty: the path is taken. */
    public Optional<Repository> create(RepoId id, RepoPath path, String shard, List<Member> members,
                                       String defaultBranch) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        Repository made = new Repository(id, path, shard, Phase.CREATING, new Placement(1, members), defaultBranch,
            now, Policy.PLAIN);
        try {
            database.inTransaction(handle -> {
                handle.createUpdate("INSERT INTO repositories (id, path, shard, phase, generation, default_branch,"
                        + " created_ms) VALUES (:id, :path, :shard, 'CREATING', 1, :branch, :now)")
                    .bind("id", id.value()).bind("path", path.value()).bind("shard", shard)
                    .bind("branch", defaultBranch).bind("now", now.toEpochMilli()).execute();
                insertMembers(handle, id, members, false);
                removeRedirect(handle, path);
                return null;
            });
            return Optional.of(made);
        } catch (JdbiException e) {
            if (Database.isConflict(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static void insertMembers(Handle handle, RepoId id, List<Member> members, boolean confirmed) {
        for (int slot = 0; slot < members.size(); slot++) {
            handle.createUpdate("INSERT INTO replicas (repository, slot, node, incarnation, is_confirmed)"
                    + " VALUES (:id, :slot, :node, :disk, :confirmed)")
                .bind("id", id.value()).bind("slot", slot).bind("node", members.get(slot).node().value())
                .bind("disk", members.get(slot).incarnation().value()).bind("confirmed", confirmed).execute();
        }
    }

    public Optional<Repository> find(RepoPath path) {
        return database.with(handle -> RepositoryRows.read(handle, handle
            .createQuery(RepositoryRows.SELECT + "WHERE r.path = :path ORDER BY m.slot").bind("path", path.value())))
            .stream().findFirst();
    }

    /** The repository at that path, or, if there is none, the one that was there before it was renamed. */
    public Optional<Repository> follow(RepoPath path) {
        return find(path).or(() -> database.with(handle -> RepositoryRows.read(handle, handle
            .createQuery(RepositoryRows.SELECT + "JOIN redirects d ON d.repository = r.id WHERE d.path = :path"
                + " ORDER BY m.slot").bind("path", path.value()))).stream().findFirst());
    }

    public Optional<Repository> find(RepoId id) {
        return database.with(handle -> RepositoryRows.read(handle, handle
            .createQuery(RepositoryRows.SELECT + "WHERE r.id = :id ORDER BY m.slot").bind("id", id.value())))
            .stream().findFirst();
    }

    /**
     * Repositories after that path, in order of path.
     *
     * @param after  a path; empty: from the first
     * @param within only those that one of these scopes covers
     * @param limit  at most so many
     */
    public List<Repository> list(String after, List<Scope> within, int limit) {
        return database.with(handle -> {
            SortedSet<String> paths = new TreeSet<>();
            for (int from = 0; from < within.size(); from += SCOPES_AT_ONCE) {
                paths.addAll(paths(handle, after, within.subList(from, Math.min(from + SCOPES_AT_ONCE, within.size())),
                    limit));
            }
            return paths.isEmpty() ? List.<Repository>of() : RepositoryRows.read(handle, handle
                .createQuery(RepositoryRows.SELECT + "WHERE r.path IN (<paths>) ORDER BY r.path, m.slot")
                .bindList("paths", paths.stream().limit(limit).toList()));
        });
    }

    private static List<String> paths(Handle handle, String after, List<Scope> within, int limit) {
        return bindScopes(handle.createQuery("SELECT path FROM repositories WHERE path > :after AND ("
            + condition(within) + ") ORDER BY path LIMIT :limit"), within)
            .bind("after", after).bind("limit", limit).mapTo(String.class).list();
    }

    private static String condition(List<Scope> within) {
        List<String> alternatives = new ArrayList<>();
        for (int i = 0; i < within.size(); i++) {
            alternatives.add(within.get(i).equals(Scope.EVERYWHERE) ? "1 = 1"
                : "path = :at" + i + " OR path > :from" + i + " AND path < :to" + i);
        }
        return String.join(" OR ", alternatives);
    }

    /** What lies below a path starts with "path/", and '0' follows '/'. */
    private static Query bindScopes(Query query, List<Scope> within) {
        for (int i = 0; i < within.size(); i++) {
            String scope = within.get(i).value();
            if (!within.get(i).equals(Scope.EVERYWHERE)) {
                query.bind("at" + i, scope).bind("from" + i, scope + "/").bind("to" + i, scope + "0");
            }
        }
        return query;
    }

    /** At most so many repositories in that phase. */
    public List<Repository> inPhase(Phase phase, int limit) {
        return byIds(handle -> handle.createQuery("SELECT id FROM repositories WHERE phase = :phase LIMIT :limit")
            .bind("phase", phase.name()).bind("limit", limit));
    }

    /** At most so many active repositories of which some member was never confirmed to have its replica. */
    public List<Repository> withUnconfirmedMembers(int limit) {
        return byIds(handle -> handle.createQuery("SELECT DISTINCT r.id FROM repositories r JOIN replicas m"
            + " ON m.repository = r.id WHERE r.phase = 'ACTIVE' AND m.is_confirmed = FALSE LIMIT :limit")
            .bind("limit", limit));
    }

    private List<Repository> byIds(Function<Handle, Query> select) {
        return database.with(handle -> {
            List<String> ids = select.apply(handle).mapTo(String.class).list();
            return ids.isEmpty() ? List.<Repository>of() : RepositoryRows.read(handle, handle
                .createQuery(RepositoryRows.SELECT + "WHERE r.id IN (<ids>) ORDER BY r.id, m.slot")
                .bindList("ids", ids));
        });
    }

    /**
     * Repositories with a member on that node, on any disk of it but one, in order of id.
     *
     * @param node   the node
     * @param except the disk that does not count
     * @param after  ids after this one; empty: from the first
     * @param limit  at most so many
     */
    public List<Repository> onDisksOf(NodeId node, Member except, String after, int limit) {
        return byIds(handle -> onDisks(handle, "DISTINCT repository", node, except, " AND repository > :after"
            + " ORDER BY repository LIMIT :limit").bind("after", after).bind("limit", limit));
    }

    /** How many of those there are. */
    public long countOnDisksOf(NodeId node, Member except) {
        return database.with(handle -> onDisks(handle, "COUNT(DISTINCT repository)", node, except, "")
            .mapTo(Long.class).one());
    }

    private static Query onDisks(Handle handle, String what, NodeId node, Member except, String more) {
        return handle.createQuery("SELECT " + what + " FROM replicas WHERE node = :node"
                + " AND (node <> :exceptNode OR incarnation <> :exceptDisk)" + more)
            .bind("node", node.value()).bind("exceptNode", except.node().value())
            .bind("exceptDisk", except.incarnation().value());
    }

    /** Number of repositories per shard. */
    public Map<String, Long> countByShard() {
        return database.with(handle -> {
            Map<String, Long> counts = new TreeMap<>();
            handle.createQuery("SELECT shard, COUNT(*) AS repositories FROM repositories GROUP BY shard")
                .map((row, at) -> counts.put(row.getString("shard"), row.getLong("repositories"))).list();
            return counts;
        });
    }

    /** Nodes whose replica of generation 1 was never confirmed to exist. */
    public Set<NodeId> unconfirmed(RepoId id) {
        return database.with(handle -> handle
            .createQuery("SELECT node FROM replicas WHERE repository = :id AND is_confirmed = FALSE")
            .bind("id", id.value()).map((row, at) -> new NodeId(row.getString("node"))).list())
            .stream().collect(Collectors.toUnmodifiableSet());
    }

    /** Notes that the member has its replica: from now on it is never created again. */
    public void confirm(RepoId id, Member member) {
        database.with(handle -> handle.createUpdate("UPDATE replicas SET is_confirmed = TRUE WHERE repository = :id"
                + " AND node = :node AND incarnation = :disk")
            .bind("id", id.value()).bind("node", member.node().value())
            .bind("disk", member.incarnation().value()).execute());
    }

    /** Moves the repository on from one phase to the next; false: it is not in that phase (any more). */
    public boolean advance(RepoId id, Phase from, Phase to) {
        if (to.compareTo(from) <= 0) {
            throw new IllegalArgumentException("a repository does not go from " + from + " to " + to);
        }
        return database.with(handle -> handle
            .createUpdate("UPDATE repositories SET phase = :to WHERE id = :id AND phase = :from")
            .bind("id", id.value()).bind("from", from.name()).bind("to", to.name()).execute()) > 0;
    }

    /** Notes a newer generation with its members; false: the directory knows that one or a newer one. */
    public boolean move(RepoId id, Placement placement) {
        return database.inTransaction(handle -> {
            int moved = handle
                .createUpdate("UPDATE repositories SET generation = :next WHERE id = :id AND generation < :next")
                .bind("id", id.value()).bind("next", placement.generation()).execute();
            if (moved > 0) {
                handle.createUpdate("DELETE FROM replicas WHERE repository = :id").bind("id", id.value()).execute();
                insertMembers(handle, id, placement.members(), true);
            }
            return moved > 0;
        });
    }

    /** Gives the repository another path, and its own grants with it; false: the path is taken. */
    public boolean rename(RepoId id, RepoPath from, RepoPath to) {
        try {
            return database.inTransaction(handle -> {
                int renamed = handle
                    .createUpdate("UPDATE repositories SET path = :to WHERE id = :id AND path = :from")
                    .bind("id", id.value()).bind("from", from.value()).bind("to", to.value()).execute();
                if (renamed > 0 && !to.equals(from)) {
                    moveGrants(handle, from, to);
                    RightRows.OF_TOKENS.move(handle, from, to);
                    RightRows.OF_KEYS.move(handle, from, to);
                    Policies.move(handle, from, to);
                    removeRedirect(handle, to);
                    removeRedirect(handle, from);
                    handle.createUpdate("INSERT INTO redirects (path, repository) VALUES (:from, :id)")
                        .bind("from", from.value()).bind("id", id.value()).execute();
                }
                return renamed > 0;
            });
        } catch (JdbiException e) {
            if (Database.isConflict(e)) {
                return false;
            }
            throw e;
        }
    }

    private static void removeRedirect(Handle handle, RepoPath path) {
        handle.createUpdate("DELETE FROM redirects WHERE path = :path").bind("path", path.value()).execute();
    }

    /** Makes a repository read-only, or ends that; false: there is none of that id. */
    public boolean archive(RepoId id, boolean archived) {
        return database.with(handle -> handle
            .createUpdate("UPDATE repositories SET is_archived = :archived WHERE id = :id")
            .bind("id", id.value()).bind("archived", archived).execute()) > 0;
    }

    /** Where a user has a grant on both paths, the one that was on the repository stays with it. */
    private static void moveGrants(Handle handle, RepoPath from, RepoPath to) {
        List<Long> users = handle.createQuery("SELECT user_id FROM grants WHERE scope = :from")
            .bind("from", from.value()).mapTo(Long.class).list();
        for (long user : users) {
            handle.createUpdate("DELETE FROM grants WHERE user_id = :user AND scope = :to")
                .bind("user", user).bind("to", to.value()).execute();
            handle.createUpdate("UPDATE grants SET scope = :to WHERE user_id = :user AND scope = :from")
                .bind("user", user).bind("from", from.value()).bind("to", to.value()).execute();
        }
    }

    /** Forgets a repository in that phase with the grants on exactly its path; false: it is not in that phase. */
    public boolean remove(Repository repository, Phase phase) {
        return database.inTransaction(handle -> {
            Optional<String> path = handle
                .createQuery("SELECT path FROM repositories WHERE id = :id AND phase = :phase FOR UPDATE")
                .bind("id", repository.id().value()).bind("phase", phase.name()).mapTo(String.class).findOne();
            path.ifPresent(at -> {
                handle.createUpdate("DELETE FROM replicas WHERE repository = :id")
                    .bind("id", repository.id().value()).execute();
                handle.createUpdate("DELETE FROM repositories WHERE id = :id")
                    .bind("id", repository.id().value()).execute();
                handle.createUpdate("DELETE FROM grants WHERE scope = :at").bind("at", at).execute();
                RightRows.OF_TOKENS.forget(handle, at);
                RightRows.OF_KEYS.forget(handle, at);
                Policies.forget(handle, at);
            });
            return path.isPresent();
        });
    }
}
