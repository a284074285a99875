package dev.trine.router.accounts;

import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.Grant;
import dev.trine.router.metadata.Grants;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.UserName;
import java.util.List;
import java.util.Optional;

/** Grants: who administers a scope may grant in it, and see who may do what there. Any thread. */
public final class Permissions {
    private final Metadata metadata;
    private final Directory directory;
    private final Accounts accounts;
    private final UserLimits limits;

    public Permissions(Metadata metadata, Directory directory, Accounts accounts, UserLimits limits) {
        this.limits = limits;
        this.metadata = metadata;
        this.directory = directory;
        this.accounts = accounts;
    }

    private static Answer<Access> administrator(Access caller, Scope of) {
        return caller.may(AccessRole.ADMINISTRATOR, of) ? Answer.of(caller)
            : Answer.refuse(Refusal.forbidden("you are not an administrator of '" + of + "'; ask one of its"
                + " administrators"));
    }

    /**
     * Gives a user a role somewhere, in place of the one that he had there. Who does not administer the cluster leaves
     * him room for what others give.
     */
    public Answer<Grant> set(Access caller, Grant grant) {
        return administrator(caller, grant.scope()).then(may -> accounts.existing(grant.user())).then(user -> {
            int inGroup = caller.administersCluster() ? limits.grantsPerUserMax() : limits.grantsInGroupMax();
            Grants.Outcome outcome = metadata.grants().set(user, grant.scope(), grant.role(),
                limits.grantsPerUserMax(), inGroup);
            directory.changedUser(user.id());
            return switch (outcome) {
                case SET -> Answer.of(grant);
                case TOO_MANY -> Answer.refuse(limits.tooManyGrants(user.name()));
                case TOO_MANY_IN_GROUP -> Answer.refuse(limits.tooManyGrantsInGroup(user.name()));
            };
        });
    }

    /** Takes a grant away. */
    public Answer<Scope> remove(Access caller, UserName name, Scope scope) {
        return administrator(caller, scope).then(may -> accounts.existing(name)).then(user -> {
            boolean removed = metadata.grants().remove(user, scope);
            directory.changedUser(user.id());
            return removed ? Answer.of(scope)
                : Answer.refuse(Refusal.notFound("user " + name + " has no grant on exactly '" + scope + "'"));
        });
    }

    /** Grants of a user, or on a scope; without either, everybody's. Who asks may see his own where his token holds. */
    public Answer<List<Grant>> list(Access caller, Optional<UserName> of, Optional<Scope> on) {
        boolean own = of.filter(caller.user().name()::equals).isPresent()
            && caller.limits().at(on.orElse(Scope.EVERYWHERE)).isPresent();
        boolean administered = on.filter(scope -> caller.may(AccessRole.ADMINISTRATOR, scope)).isPresent();
        if (!own && !administered && !caller.administersCluster()) {
            return Answer.refuse(Refusal.forbidden("you may list your own grants, with a token with limits only those"
                + " on its paths, and those on paths that you administer: name a user or a path"));
        }
        return of.isEmpty() ? Answer.of(metadata.grants().list(Optional.empty(), on))
            : accounts.existing(of.get()).map(user -> metadata.grants().list(Optional.of(user), on));
    }
}
