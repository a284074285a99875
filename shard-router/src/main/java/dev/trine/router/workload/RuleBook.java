package dev.trine.router.workload;

import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.Right;
import dev.trine.router.metadata.Rights;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.Shown;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What all rules of an issuer together give to one JWT. */
final class RuleBook {
    private RuleBook() {
    }

    /**
     * What is given.
     *
     * @param rights those of all rules that hold, at one place the highest
     * @param life   the shortest of theirs
     */
    record Given(List<Right> rights, Duration life) {
    }

    /** What the rules give, or which claims of the JWT are in the way of the one that is nearest to holding. */
    static Answer<Given> given(List<Rule> rules, Claims jwt) {
        List<Rule> holding = rules.stream().filter(rule -> rule.mismatches(jwt).isEmpty()).toList();
        if (holding.isEmpty()) {
            return Answer.refuse(Refusal.forbidden("no rule of this cluster gives anything to the subject token; the"
                + " nearest does not take " + nearest(rules, jwt) + "; ask the cluster's operator for a rule"
                + " (workload.issuers)"));
        }
        Map<String, AccessRole> roles = new TreeMap<>();
        for (Rule rule : holding) {
            switch (rule.rights(jwt)) {
                case Answer.Given<List<Right>> given -> given.value().forEach(right -> roles.merge(
                    right.scope().value(), right.role(), (one, other) -> one.contains(other) ? one : other));
                case Answer.Refused<List<Right>> refused -> {
                    return Answer.refuse(refused.why());
                }
            }
        }
        if (roles.size() > Rights.MAX) {
            return Answer.refuse(Refusal.forbidden("the rules of this cluster give the subject token more than "
                + Rights.MAX + " paths, the limit; ask the cluster's operator to name groups instead"));
        }
        return Answer.of(new Given(roles.entrySet().stream()
            .map(right -> new Right(new Scope(right.getKey()), right.getValue())).toList(),
            holding.stream().map(Rule::life).min(Comparator.naturalOrder()).orElseThrow()));
    }

    /** Claims of the JWT itself, and nothing of what the rule asks for. */
    private static String nearest(List<Rule> rules, Claims jwt) {
        return rules.stream().map(rule -> rule.mismatches(jwt)).min(Comparator.comparingInt(List::size)).orElseThrow()
            .stream().map(claim -> "its claim " + Shown.briefly(claim) + jwt.text(claim)
                .map(value -> " '" + Shown.briefly(value) + "'").orElse(", which it lacks"))
            .collect(Collectors.joining(" and "));
    }
}
