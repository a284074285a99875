package dev.trine.router.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VersionRoutingExhaustiveTest {
    private static final RepoId REPO = new RepoId("0123456789abcdef0123456789abcdef");

    /** The plausible mistakes of PROTOCOL.md that concern a router, each as a change of what is decided. */
    enum Mistake {
        /** One answer decides. */
        ONE_ANSWER((question, evidence) -> evidence.answers().stream().filter(a -> a.role() == Role.VOTER).findFirst()
            .<Decision>map(a -> new Decision.Serve(a.from(), new ReadPoint.Committed(a.generation(), a.last()),
                List.of())).orElseGet(() -> VersionRouting.decide(question, evidence))),
        /** Two equal last entries count as proof, whatever was promised. */
        PROOF_NO_PROMISE((question, evidence) -> VersionRouting.decide(question, changed(evidence, a ->
            new ProbeAnswer(a.from(), a.role(), a.generation(), a.last().epoch(), a.last(), a.committed(), a.lease(),
                a.members(), a.holderReady())))),
        /** The holder is read without naming the entry that another answer has shown. */
        HOLDER_NO_M((question, evidence) -> VersionRouting.decide(question, evidence)
            instanceof Decision.Serve(Member at, ReadPoint.AsHolder from, List<String> reasons)
            ? new Decision.Serve(at, new ReadPoint.AsHolder(from.generation(), Position.START, from.holder()), reasons)
            : VersionRouting.decide(question, evidence)),
        /** The answer of a member that has retired counts. */
        RETIRED_ANSWERS((question, evidence) -> VersionRouting.decide(question, changed(evidence, a ->
            a.role() == Role.RETIRED ? AnswerSets.as(a, a.from(), Role.VOTER, question.placement().generation(),
                AnswerSets.MEMBERS) : a))),
        /** Answers of any generation count alike. */
        SERVE_ANY_GEN((question, evidence) -> VersionRouting.decide(question, changed(evidence, a ->
            a.role() == Role.VOTER ? AnswerSets.as(a, a.from(), Role.VOTER, question.placement().generation(),
                AnswerSets.MEMBERS) : a)));

        private final BiFunction<Question, Evidence, Decision> decide;

        Mistake(BiFunction<Question, Evidence, Decision> decide) {
            this.decide = decide;
        }

        private static Evidence changed(Evidence evidence, UnaryOperator<ProbeAnswer> change) {
            return new Evidence(evidence.answers().stream().map(change).toList(), evidence.silent(),
                evidence.repairProblem());
        }
    }

    private static Question question(Operation operation, boolean staleAllowed) {
        return new Question(operation, AnswerSets.PLACEMENT, staleAllowed, new Preferences(REPO, Set.of(), Map.of()));
    }

    private static Optional<String> firstViolation(Question question, BiFunction<Question, Evidence, Decision> decide,
                                                   UnaryOperator<Evidence> seenAs) {
        return AnswerSets.all().map(seenAs).flatMap(evidence -> {
            Decision decision = decide.apply(question, evidence);
            return new LawfulDecisions(question, evidence).violation(decision)
                .map(problem -> problem + ": " + decision + " on " + evidence).stream();
        }).findFirst();
    }

    @ParameterizedTest
    @CsvSource({"READ, false", "READ, true", "WRITE, true"})
    void everyDecisionOnEverySetOfAnswersIsLawful(Operation operation, boolean staleAllowed) {
        assertThat(firstViolation(question(operation, staleAllowed), VersionRouting::decide, answers -> answers))
            .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void everyDecisionAfterAFailedRepairIsLawful(Operation operation) {
        assertThat(firstViolation(question(operation, true), VersionRouting::decide,
            answers -> new Evidence(answers.answers(), answers.silent(), Optional.of("n1: no quorum")))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Mistake.class)
    void eachPlausibleMistakeWouldBeNoticed(Mistake mistake) {
        assertThat(firstViolation(question(Operation.READ, false), mistake.decide, answers -> answers)).isPresent();
    }

    @Test
    void theSetsHoldEveryKindOfDecision() {
        Set<Class<?>> kinds = AnswerSets.all()
            .map(evidence -> VersionRouting.decide(question(Operation.READ, true), evidence))
            .map(decision -> decision instanceof Decision.Serve serve ? serve.from().getClass() : decision.getClass())
            .collect(Collectors.toSet());
        assertThat(kinds).containsExactlyInAnyOrder(ReadPoint.Committed.class, ReadPoint.Proof.class,
            ReadPoint.AsHolder.class, ReadPoint.StaleAllowed.class, Decision.AwaitMore.class, Decision.Repair.class,
            Decision.Restart.class, Decision.Gone.class, Decision.Refuse.class);
    }
}
