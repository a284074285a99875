package dev.trine.router.metadata;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All upstreams and migration rules at one moment. Immutable. */
public final class MigrationPlan {
    /** All is served here. */
    public static final MigrationPlan NONE = new MigrationPlan(List.of(), List.of());

    private final List<Upstream> upstreams;
    private final List<MigrationRule> rules;
    private final Map<UpstreamName, Upstream> byName;
    private final Map<String, MigrationRule> byPath;

    /** Of upstreams in order of name, and rules in order of path. */
    public MigrationPlan(List<Upstream> upstreams, List<MigrationRule> rules) {
        this.upstreams = List.copyOf(upstreams);
        this.rules = List.copyOf(rules);
        this.byName = upstreams.stream().collect(Collectors.toMap(Upstream::name, Function.identity()));
        this.byPath = rules.stream().collect(Collectors.toMap(rule -> rule.scope().value(), Function.identity()));
    }

    /** An upstream that serves a repository, and the rule that says so. */
    public record Sent(Upstream to, MigrationRule by, RepoPath path) {
        /** Its URL there; suffix: ".git" or nothing, as the client wrote it. */
        public URI url(String suffix) {
            return to.repository(path, suffix);
        }
    }

    public List<Upstream> upstreams() {
        return upstreams;
    }

    public List<MigrationRule> rules() {
        return rules;
    }

    public Optional<Upstream> upstream(UpstreamName name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Whether every upstream that a rule names is there. */
    boolean isWhole() {
        return rules.stream().flatMap(rule -> rule.upstream().stream()).allMatch(byName::containsKey);
    }

    /** The rule that counts for a repository: of those that cover it, the one on the nearest path. */
    public Optional<MigrationRule> rule(RepoPath path) {
        return byPath.isEmpty() ? Optional.empty() : Policies.above(Scope.of(path)).stream().map(byPath::get)
            .filter(Objects::nonNull).findFirst();
    }

    /** The upstream that serves a repository; empty: it is served here. */
    public Optional<Sent> sent(RepoPath path) {
        return rule(path).flatMap(rule -> rule.serving(path).flatMap(this::upstream)
            .map(to -> new Sent(to, rule, path)));
    }
}
