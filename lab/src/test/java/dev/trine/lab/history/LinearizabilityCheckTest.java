package dev.trine.lab.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The checker against histories whose verdict is known, and against trying every order. */
class LinearizabilityCheckTest {
    private static final String A = "refs/heads/a";
    private static final String B = "refs/heads/b";

    @Test
    void pushesThatFollowEachOtherAreFine() {
        assertGood(push("c1", 1, 2, A, "", "1"), read("c2", 3, 4, A, "1"), push("c1", 5, 6, A, "1", "2"),
            read("c2", 7, 8, A, "2"));
    }

    @Test
    void aReadOfTheOldValueAfterAPushWasAcknowledgedIsBad() {
        assertBad(push("c1", 1, 2, A, "", "1"), push("c1", 3, 4, A, "1", "2"), read("c2", 5, 6, A, "1"));
    }

    @Test
    void aReadDuringAPushMaySeeEither() {
        assertGood(push("c1", 1, 10, A, "", "1"), read("c2", 2, 3, A, ""), read("c2", 4, 5, A, "1"));
        assertBad(push("c1", 1, 10, A, "", "1"), read("c2", 2, 3, A, "1"), read("c2", 4, 5, A, ""));
    }

    @Test
    void twoPushesFromTheSameValueCannotBothWin() {
        assertBad(push("c1", 1, 10, A, "", "1"), push("c2", 2, 9, A, "", "2"));
    }

    @Test
    void anAcknowledgedPushThatNobodySeesAnyMoreIsBad() {
        assertBad(push("c1", 1, 2, A, "", "1"), push("c2", 3, 4, A, "", "2"));
    }

    @Test
    void aPushOfUnknownOutcomeMayTakeEffectMuchLaterOrNever() {
        assertGood(unknown("c1", 1, A, "", "1"), read("c2", 2, 3, A, ""), read("c2", 4, 5, A, "1"));
        assertGood(unknown("c1", 1, A, "", "1"), read("c2", 2, 3, A, ""), push("c2", 4, 5, A, "", "2"));
        assertBad(unknown("c1", 1, A, "", "1"), read("c2", 2, 3, A, "1"), read("c2", 4, 5, A, ""));
    }

    @Test
    void aPushOfUnknownOutcomeDoesNotTakeEffectTwice() {
        assertBad(unknown("c1", 1, A, "", "1"), read("c2", 2, 3, A, "1"), push("c2", 4, 5, A, "1", ""),
            read("c2", 6, 7, A, "1"));
    }

    @Test
    void aPushDoesNotTakeEffectBeforeItBegan() {
        assertBad(read("c2", 1, 2, A, "1"), unknown("c1", 3, A, "", "1"));
    }

    @Test
    void aRejectionNeedsAMomentAtWhichItWasRight() {
        assertGood(push("c1", 1, 2, A, "", "1"), rejected("c2", 3, 4, A, ""));
        assertBad(push("c1", 1, 2, A, "", "1"), rejected("c2", 3, 4, A, "1"));
        assertGood(push("c1", 1, 2, A, "", "1"), unknown("c1", 3, A, "1", "2"), rejected("c2", 4, 5, A, "1"));
        assertBad(push("c1", 1, 2, A, "", "1"), unknown("c1", 3, A, "1", "2"), rejected("c2", 4, 5, A, "1"),
            read("c2", 6, 7, A, "1"));
    }

    @Test
    void anAtomicPushOfTwoRefsIsSeenWholeOrNotAtAll() {
        Operation both = new Operation("c1", new Action.Push(Map.of(A, change("", "1"), B, change("", "1"))), 1, 10);
        assertGood(both, read("c2", 2, 3, A, ""), read("c2", 4, 5, B, "1"));
        assertBad(both, read("c2", 2, 3, A, "1"), read("c2", 4, 5, B, ""));
    }

    @Test
    void oneReadOfSeveralRefsIsOneMomentIfTheCallerSaysSo() {
        List<Operation> history = List.of(push("c1", 1, 2, A, "", "1"), push("c1", 3, 4, B, "", "1"),
            new Operation("c2", new Action.Read(Map.of(A, Optional.empty(), B, Optional.of("1"))), 1, 10));
        assertThat(verdict(Snapshots.WHOLE, history)).isInstanceOf(Verdict.Violated.class);
        assertThat(verdict(Snapshots.BY_GROUP, history)).isInstanceOf(Verdict.Linearizable.class);
    }

    @Test
    void whatTheRefsHeldBeforeCounts() {
        List<Operation> history = List.of(read("c1", 1, 2, A, "0"), push("c1", 3, 4, A, "0", "1"));
        assertThat(new LinearizabilityCheck(Map.of(A, "0"), Snapshots.WHOLE, 1_000).check(history))
            .isInstanceOf(Verdict.Linearizable.class);
        assertBad(history.toArray(Operation[]::new));
    }

    @Test
    void theExplanationIsTheSmallestBadPart() {
        List<Operation> history = new ArrayList<>();
        String held = "";
        for (int i = 0; i < 200; i++) {
            history.add(push("c" + i % 3, 10 * i, 10 * i + 1, A, held, "v" + i));
            history.add(read("r", 10 * i + 2, 10 * i + 3, A, i == 150 ? "v149" : "v" + i));
            held = "v" + i;
        }
        Verdict.Violated violated = (Verdict.Violated) verdict(Snapshots.WHOLE, history);
        assertThat(violated.part()).hasSize(2);
        assertThat(violated.explanation()).contains("v149", "v150", "refs/heads/a", "whatever they held before");
    }

    @Test
    void aLongHistoryWithManyUnknownOutcomesIsDecided() {
        SplittableRandom random = new SplittableRandom(1);
        List<Operation> history = RandomHistory.of(random, 20_000, 12, 3, 0.05);
        assertThat(verdict(Snapshots.BY_GROUP, history)).isInstanceOf(Verdict.Linearizable.class);
    }

    @Test
    void theSearchSaysWhenItsBoundIsReached() {
        List<Operation> history = RandomHistory.of(new SplittableRandom(1), 200, 8, 1, 0.05);
        assertThat(new LinearizabilityCheck(Map.of(), Snapshots.WHOLE, 3).check(history))
            .isInstanceOf(Verdict.Undecided.class);
    }

    @Test
    void whatASequentialExecutionProducesIsAlwaysFine() {
        for (long seed = 0; seed < 500; seed++) {
            List<Operation> history = RandomHistory.of(new SplittableRandom(seed), 60, 5, 3, 0.1);
            assertThat(verdict(Snapshots.WHOLE, history)).as("seed %d", seed)
                .isInstanceOf(Verdict.Linearizable.class);
        }
    }

    @Test
    void theVerdictIsThatOfTryingEveryOrder() {
        int bad = 0;
        for (long seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Operation> history = RandomHistory.of(random, 3 + random.nextInt(4), 3, 2, 0.2);
            List<Operation> looked = random.nextInt(4) == 0 ? history : RandomHistory.corrupted(random, history);
            boolean good = BruteForce.isLinearizable(looked);
            bad += good ? 0 : 1;
            assertThat(verdict(Snapshots.WHOLE, looked)).as("seed %d: %s", seed, looked)
                .isInstanceOf(good ? Verdict.Linearizable.class : Verdict.Violated.class);
        }
        assertThat(bad).as("histories that are bad").isBetween(2_000, 18_000);
    }

    @Test
    void theBadPartIsBadByItselfToo() {
        int violations = 0;
        for (long seed = 0; seed < 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Operation> history = RandomHistory.corrupted(random, RandomHistory.of(random, 30, 3, 2, 0.1));
            if (verdict(Snapshots.WHOLE, history) instanceof Verdict.Violated violated) {
                violations++;
                assertThat(violated.part()).as("seed %d", seed).hasSizeLessThanOrEqualTo(history.size());
                boolean fromStart = violated.explanation().contains("when they began with");
                assertThat(new Search(violated.part(), fromStart ? Optional.of(Map.of()) : Optional.empty(), 100_000)
                    .run()).as("seed %d: %s", seed, violated.explanation()).isEqualTo(Search.Result.NONE);
            }
        }
        assertThat(violations).isGreaterThan(300);
    }

    private static void assertGood(Operation... history) {
        assertThat(verdict(Snapshots.WHOLE, List.of(history))).isInstanceOf(Verdict.Linearizable.class);
    }

    private static void assertBad(Operation... history) {
        assertThat(verdict(Snapshots.WHOLE, List.of(history))).isInstanceOf(Verdict.Violated.class);
    }

    private static Verdict verdict(Snapshots snapshots, List<Operation> history) {
        return new LinearizabilityCheck(Map.of(), snapshots, 1_000_000).check(history);
    }

    private static Operation push(String client, long start, long end, String ref, String before, String after) {
        return new Operation(client, new Action.Push(Map.of(ref, change(before, after))), start, end);
    }

    private static Operation unknown(String client, long start, String ref, String before, String after) {
        return push(client, start, Operation.NEVER, ref, before, after);
    }

    private static Operation read(String client, long start, long end, String ref, String seen) {
        return new Operation(client, new Action.Read(Map.of(ref, value(seen))), start, end);
    }

    private static Operation rejected(String client, long start, long end, String ref, String expected) {
        Map<String, Optional<String>> all = new HashMap<>();
        all.put(ref, value(expected));
        return new Operation(client, new Action.Rejected(all), start, end);
    }

    private static Change change(String before, String after) {
        return new Change(value(before), value(after));
    }

    private static Optional<String> value(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
