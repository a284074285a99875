package dev.trine.router.migration;

import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MigrationPlan;
import dev.trine.router.metadata.MigrationRule;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.Upstream;
import dev.trine.router.metadata.UpstreamName;
import dev.trine.router.metadata.Upstreams;
import java.util.Optional;

/** Upstreams and migration rules, for administrators of the cluster. Any thread. */
public final class Migration {
    private final Metadata metadata;
    private final Directory directory;

    public Migration(Metadata metadata, Directory directory) {
        this.metadata = metadata;
        this.directory = directory;
    }

    /**
     * Where a repository's requests go.
     *
     * @param rule that counts
     * @param sent to which upstream; empty: it is served here
     */
    public record Found(RepoPath path, Optional<MigrationRule> rule, Optional<MigrationPlan.Sent> sent) {
    }

    private static Answer<Access> administrator(Access caller) {
        return caller.administersCluster() ? Answer.of(caller) : Answer.refuse(Refusal.forbidden("only administrators"
            + " of the cluster may see and change upstreams and migration rules; ask one of them"));
    }

    /** Adds an upstream, or changes the one of that name. */
    public Answer<Upstream> set(Access caller, Upstream upstream) {
        return administrator(caller).then(may -> changed(metadata.upstreams().set(upstream), upstream,
            "upstream " + upstream.name()));
    }

    /** Removes an upstream that no rule names. */
    public Answer<UpstreamName> remove(Access caller, UpstreamName name) {
        return administrator(caller).then(may -> changed(metadata.upstreams().remove(name), name, "upstream " + name));
    }

    /** Sets a rule in place of the one on the same path. */
    public Answer<MigrationRule> set(Access caller, MigrationRule rule) {
        return administrator(caller).then(may -> changed(metadata.upstreams().set(rule), rule,
            "upstream " + rule.upstream().map(UpstreamName::value).orElse("")));
    }

    /** Takes a rule away. */
    public Answer<Scope> remove(Access caller, Scope scope) {
        return administrator(caller).then(may -> changed(metadata.upstreams().remove(scope), scope,
            "migration rule on exactly '" + scope + "'"));
    }

    /** All upstreams and rules, as the database has them. */
    public Answer<MigrationPlan> plan(Access caller) {
        return administrator(caller).map(may -> metadata.upstreams().plan());
    }

    /** Where a repository's requests go. */
    public Answer<Found> find(Access caller, RepoPath path) {
        return plan(caller).map(plan -> new Found(path, plan.rule(path), plan.sent(path)));
    }

    private <T> Answer<T> changed(Upstreams.Change change, T value, String what) {
        directory.changedMigration();
        return switch (change) {
            case DONE -> Answer.of(value);
            case MISSING -> Answer.refuse(Refusal.notFound("there is no " + what
                + "; list them with 'trine upstream list' and 'trine migration list'"));
            case TOO_MANY -> Answer.refuse(new Refusal(Refusal.Reason.WRONG_STATE, "there may be "
                + Upstreams.COUNT_MAX + " upstreams and " + MigrationRule.COUNT_MAX + " migration rules, and as many"
                + " there are; remove some, or set rules on groups"));
            case IN_USE -> Answer.refuse(new Refusal(Refusal.Reason.WRONG_STATE, "migration rules name " + what
                + "; change or remove them first, 'trine migration list' shows them"));
        };
    }
}
