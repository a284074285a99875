package dev.trine.router.accounts;

import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.authorizer.Act;
import dev.trine.router.authorizer.Asker;
import dev.trine.router.authorizer.Authorizer;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.RefRule;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.Visibility;
import java.util.List;
import java.util.Optional;

/** Visibility and rules of refs: who maintains or administers a path sets them there. Any thread. */
public final class Protection {
    private final Metadata metadata;
    private final Directory directory;
    private final Authorizer authorizer;

    public Protection(Metadata metadata, Directory directory, Authorizer authorizer) {
        this.authorizer = authorizer;
        this.metadata = metadata;
        this.directory = directory;
    }

    private Answer<Access> having(Access caller, AccessRole role, Scope at) {
        Act act = role == AccessRole.READER ? Act.READ : Act.ADMIN;
        return caller.may(role, at) ? authorizer.unlessForbidden(caller, Asker.of(caller), at, act)
            : Answer.refuse(Refusal.forbidden("that takes the role of "
            + role.word() + " at '" + at + "', which you do not have; ask one of its administrators"));
    }

    /** Sets who may read without a role; empty: as the nearest group above says. */
    public Answer<Scope> setVisibility(Access caller, Scope at, Optional<Visibility> visibility) {
        return having(caller, AccessRole.ADMINISTRATOR, at).map(may -> {
            metadata.policies().setVisibility(at, visibility);
            directory.changedPolicy(at);
            return at;
        });
    }

    /** Sets a rule in place of the one with the same scope and pattern. */
    public Answer<RefRule> set(Access caller, RefRule rule) {
        return having(caller, AccessRole.MAINTAINER, rule.scope()).then(may -> {
            boolean set = metadata.policies().set(rule);
            directory.changedPolicy(rule.scope());
            return set ? Answer.of(rule) : Answer.refuse(new Refusal(Refusal.Reason.WRONG_STATE, "'" + rule.scope()
                + "' has " + RefRule.AT_SCOPE_MAX + " rules already, which is the limit; remove one first"));
        });
    }

    /** The rules that hold at a path. */
    public Answer<List<RefRule>> rules(Access caller, Scope at) {
        return having(caller, AccessRole.READER, at).map(may -> metadata.policies().rules(at));
    }

    /** Takes a rule away. */
    public Answer<Scope> remove(Access caller, Scope at, String pattern) {
        return having(caller, AccessRole.MAINTAINER, at).then(may -> {
            boolean removed = metadata.policies().remove(at, pattern);
            directory.changedPolicy(at);
            return removed ? Answer.of(at) : Answer.refuse(Refusal.notFound("there is no rule '" + pattern
                + "' on exactly '" + at + "'; list them with 'trine protect list'"));
        });
    }
}
