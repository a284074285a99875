package dev.trine.router.metadata;

import java.util.List;

/**
 * What holds in a repository whoever comes.
 *
 * @param visibility who may read it without a role; that of the nearest group above it, if it has none of its own
 * @param archived   whether it is read-only
 * @param refRules   rules of its refs, those of the groups above it included
 */
public record Policy(Visibility visibility, boolean archived, List<RefRule> refRules) {
    /** Private, not archived, no rules. */
    public static final Policy PLAIN = new Policy(Visibility.PRIVATE, false, List.of());

    public Policy {
        refRules = List.copyOf(refRules);
    }

    /** What somebody with that role may not do with some refs. */
    public List<RefLimit> limitsFor(AccessRole role) {
        return refRules.stream().map(rule -> rule.limitFor(role)).filter(limit -> !limit.isNone()).toList();
    }
}
