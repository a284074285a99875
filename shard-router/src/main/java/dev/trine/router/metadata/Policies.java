package dev.trine.router.metadata;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Visibilities and rules of refs, set on groups and repositories. */
public final class Policies {
    private static final String NOBODY = "NOBODY";

    private final Database database;

    Policies(Database database) {
        this.database = database;
    }

    /** Sets who may see what is at and below that path; empty: what the group above says. */
    public void setVisibility(Scope scope, Optional<Visibility> visibility) {
        database.with(handle -> visibility.isEmpty()
            ? handle.createUpdate("DELETE FROM visibilities WHERE scope = :scope").bind("scope", scope.value())
                .execute()
            : handle.createUpdate("INSERT INTO visibilities (scope, visibility) VALUES (:scope, :visibility)"
                    + " ON DUPLICATE KEY UPDATE visibility = VALUES(visibility)")
                .bind("scope", scope.value()).bind("visibility", visibility.get().name()).execute());
    }

    /** What was set at exactly that path. */
    public Optional<Visibility> visibility(Scope scope) {
        return database.with(handle -> Optional.ofNullable(visibilities(handle, Set.of(scope.value()))
            .get(scope.value())));
    }

    /** Sets a rule in place of the one of the same scope and pattern; false: the scope has too many rules. */
    public boolean set(RefRule rule) {
        return database.inTransaction(handle -> {
            handle.createUpdate("INSERT INTO ref_rules (scope, pattern, push_role, force_role, delete_role)"
                    + " VALUES (:scope, :pattern, :push, :force, :delete) ON DUPLICATE KEY UPDATE push_role ="
                    + " VALUES(push_role), force_role = VALUES(force_role), delete_role = VALUES(delete_role)")
                .bind("scope", rule.scope().value()).bind("pattern", rule.pattern()).bind("push", name(rule.push()))
                .bind("force", name(rule.force())).bind("delete", name(rule.delete())).execute();
            long all = handle.createQuery("SELECT COUNT(*) FROM ref_rules WHERE scope = :scope")
                .bind("scope", rule.scope().value()).mapTo(Long.class).one();
            if (all > RefRule.AT_SCOPE_MAX) {
                handle.rollback();
            }
            return all <= RefRule.AT_SCOPE_MAX;
        });
    }

    /** Takes a rule away; false: there was none. */
    public boolean remove(Scope scope, String pattern) {
        return database.with(handle -> handle
            .createUpdate("DELETE FROM ref_rules WHERE scope = :scope AND pattern = :pattern")
            .bind("scope", scope.value()).bind("pattern", pattern).execute()) > 0;
    }

    /** The rules that hold at that path: its own, and those of the groups above it. */
    public List<RefRule> rules(Scope scope) {
        List<String> above = above(scope);
        return database.with(handle -> {
            Map<String, List<RefRule>> rules = rules(handle, above);
            return above.stream().flatMap(at -> rules.getOrDefault(at, List.of()).stream()).toList();
        });
    }

    private static String name(Optional<AccessRole> role) {
        return role.map(AccessRole::name).orElse(NOBODY);
    }

    private static Optional<AccessRole> role(ResultSet row, String column) throws SQLException {
        String name = row.getString(column);
        return name.equals(NOBODY) ? Optional.empty() : Optional.of(AccessRole.valueOf(name));
    }

    /** A path and the groups above it, nearest first, "*" last. */
    static List<String> above(Scope scope) {
        List<String> all = new ArrayList<>();
        String at = scope.value();
        for (int slash = at.length(); slash > 0; slash = at.lastIndexOf('/', slash - 1)) {
            all.add(at.substring(0, slash));
        }
        if (!at.equals(Scope.EVERYWHERE.value())) {
            all.add(Scope.EVERYWHERE.value());
        }
        return all;
    }

    /** Finds the policies of repositories at those paths, without what each says of itself. */
    static Map<RepoPath, Policy> of(Handle handle, Collection<RepoPath> paths) {
        Set<String> scopes = new LinkedHashSet<>();
        paths.forEach(path -> scopes.addAll(above(Scope.of(path))));
        if (scopes.isEmpty()) {
            return Map.of();
        }
        Map<String, Visibility> visibilities = visibilities(handle, scopes);
        Map<String, List<RefRule>> rules = rules(handle, scopes);
        Map<RepoPath, Policy> all = new HashMap<>();
        for (RepoPath path : paths) {
            List<String> above = above(Scope.of(path));
            all.put(path, new Policy(above.stream().filter(visibilities::containsKey).map(visibilities::get)
                .findFirst().orElse(Visibility.PRIVATE), false, above.stream()
                .flatMap(at -> rules.getOrDefault(at, List.of()).stream()).toList()));
        }
        return all;
    }

    private static Map<String, Visibility> visibilities(Handle handle, Collection<String> scopes) {
        Map<String, Visibility> found = new HashMap<>();
        handle.createQuery("SELECT scope, visibility FROM visibilities WHERE scope IN (<scopes>)")
            .bindList("scopes", List.copyOf(scopes))
            .map((row, at) -> found.put(row.getString("scope"), Visibility.valueOf(row.getString("visibility"))))
            .list();
        return found;
    }

    private static Map<String, List<RefRule>> rules(Handle handle, Collection<String> scopes) {
        return handle.createQuery("SELECT scope, pattern, push_role, force_role, delete_role FROM ref_rules"
                + " WHERE scope IN (<scopes>) ORDER BY scope, pattern").bindList("scopes", List.copyOf(scopes))
            .map((row, at) -> new RefRule(new Scope(row.getString("scope")), row.getString("pattern"),
                role(row, "push_role"), role(row, "force_role"), role(row, "delete_role"))).list().stream()
            .collect(Collectors.groupingBy(rule -> rule.scope().value()));
    }

    /** A repository was renamed: what was set on it goes with it. */
    static void move(Handle handle, RepoPath from, RepoPath to) {
        for (String table : List.of("visibilities", "ref_rules")) {
            handle.createUpdate("DELETE FROM " + table + " WHERE scope = :to").bind("to", to.value()).execute();
            handle.createUpdate("UPDATE " + table + " SET scope = :to WHERE scope = :from")
                .bind("from", from.value()).bind("to", to.value()).execute();
        }
    }

    /** A repository was deleted: what comes to the same path is not bound by what was set on it. */
    static void forget(Handle handle, String path) {
        for (String table : List.of("visibilities", "ref_rules")) {
            handle.createUpdate("DELETE FROM " + table + " WHERE scope = :path").bind("path", path).execute();
        }
    }
}
