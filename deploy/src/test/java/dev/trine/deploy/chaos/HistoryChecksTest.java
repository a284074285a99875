package dev.trine.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.deploy.chaos.Operation.Door;
import dev.trine.deploy.chaos.Operation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The lab's checks of the ledger catch what must not be. */
class HistoryChecksTest {
    private static final String REF = "refs/heads/shared/0";
    private final List<Operation> ledger = new ArrayList<>();
    private int second;

    private void push(String before, String after, Outcome outcome) {
        pushAt(second, second + 1, before, after, outcome);
        second += 2;
    }

    private void pushAt(int begun, int ended, String before, String after, Outcome outcome) {
        ledger.add(new Operation(1, Door.SSH, Kind.COMPARE_AND_SET, "r", Duration.ofSeconds(begun),
            Duration.ofSeconds(ended), List.of(new RefChange(REF, value(before), value(after))), Map.of(), outcome));
    }

    private void read(Map<String, String> seen) {
        ledger.add(new Operation(2, Door.HTTP, Kind.LIST, "r", Duration.ofSeconds(second),
            Duration.ofSeconds(second + 1), List.of(), seen, new Outcome.Done(Optional.empty())));
        second += 2;
    }

    private static Optional<String> value(String text) {
        return text.equals("-") ? Optional.empty() : Optional.of(text);
    }

    private static Outcome done(long version) {
        return new Outcome.Done(Optional.of(new Receipt(version, List.of("n1", "n3"), false, Optional.empty())));
    }

    private List<String> faults() {
        return new HistoryChecks(ledger).run().stream().flatMap(check -> check.faults().stream()).toList();
    }

    @Test
    void whatCanBeExplainedIsFine() {
        push("-", "a", done(1));
        push("-", "b", new Outcome.Rejected("stale info"));
        push("a", "b", new Outcome.Unknown("hung up"));
        read(Map.of(REF, "b"));
        push("b", "-", done(3));
        read(Map.of());
        assertThat(faults()).isEmpty();
    }

    @Test
    void anAcknowledgedPushThatNobodySeesIsFound() {
        push("-", "a", done(1));
        read(Map.of());
        assertThat(faults()).singleElement().asString().contains(REF);
    }

    @Test
    void aRejectedPushThatTookEffectIsFound() {
        push("-", "a", done(1));
        push("b", "c", new Outcome.Rejected("fetch first"));
        read(Map.of(REF, "c"));
        assertThat(faults()).hasSize(1);
    }

    @Test
    void aPushRejectedThoughTheRefWasAsExpectedIsFound() {
        push("-", "a", done(1));
        push("a", "b", new Outcome.Rejected("fetch first"));
        assertThat(faults()).hasSize(1);
    }

    @Test
    void halfAnAtomicPushIsFound() {
        ledger.add(new Operation(1, Door.SSH, Kind.ATOMIC, "r", Duration.ZERO, Duration.ofSeconds(1),
            Repositories.PAIR.stream().map(ref -> new RefChange(ref, Optional.empty(), Optional.of("a"))).toList(),
            Map.of(), new Outcome.Unknown("hung up")));
        second = 2;
        read(Map.of(Repositories.PAIR.getFirst(), "a"));
        assertThat(faults()).hasSize(1);
    }

    @Test
    void oneVersionForTwoPushesIsFound() {
        push("-", "a", done(1));
        push("a", "b", done(1));
        assertThat(faults()).singleElement().asString().contains("both made version 1");
    }

    @Test
    void versionsThatRunAgainstTimeAreFound() {
        push("-", "a", done(5));
        push("a", "b", done(4));
        assertThat(faults()).singleElement().asString().contains("higher version");
    }

    @Test
    void pushesAtTheSameTimeMayHaveAnyOrder() {
        pushAt(0, 10, "-", "a", done(2));
        pushAt(1, 9, "a", "b", done(3));
        pushAt(2, 8, "b", "c", done(4));
        assertThat(faults()).isEmpty();
    }

    @Test
    void aPushThatWasAcknowledgedWithoutReceiptIsFound() {
        push("-", "a", new Outcome.Done(Optional.empty()));
        push("a", "b", done(2));
        assertThat(faults()).singleElement().asString().contains("without a receipt");
    }
}
