package dev.trine.lab.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final Map<String, Change> CREATE = Map.of("r", new Change(Optional.empty(), Optional.of("1")));

    private final Ledger ledger = new Ledger();

    @Test
    void anOperationThatEndsBeforeAnotherBeginsPrecedesIt() {
        ledger.push("c1", CREATE).committed();
        ledger.read("c2").saw(Map.of("r", Optional.of("1")));
        Operation push = ledger.operations().get(0);
        Operation read = ledger.operations().get(1);
        assertThat(push.end()).isLessThan(read.start());
        assertThat(push.action()).isEqualTo(new Action.Push(CREATE));
        assertThat(read.action()).isEqualTo(new Action.Read(Map.of("r", Optional.of("1"))));
    }

    @Test
    void aPushOfWhichNothingMoreIsHeardHasAnUnknownOutcome() {
        ledger.push("c1", CREATE);
        assertThat(ledger.operations()).singleElement().matches(push -> !push.isCertain());
    }

    @Test
    void whatHadNoEffectAndWhatWasNotReadSayNothing() {
        ledger.push("c1", CREATE).withoutEffect();
        ledger.read("c2");
        assertThat(ledger.operations()).isEmpty();
    }

    @Test
    void aRejectedPushSaysWhatItExpected() {
        ledger.push("c1", CREATE).rejected();
        assertThat(ledger.operations()).singleElement()
            .extracting(Operation::action).isEqualTo(new Action.Rejected(Map.of("r", Optional.empty())));
    }

    @Test
    void anOperationEndsOnce() {
        Ledger.Pushing push = ledger.push("c1", CREATE);
        push.committed();
        assertThatThrownBy(push::withoutEffect).isInstanceOf(IllegalStateException.class);
    }
}
