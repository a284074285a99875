package dev.trine.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What git prints becomes an outcome. */
class PushReportTest {
    private static final String RECEIPT = "remote: trine: version 42 durable on n1 n2 (receipt 42-1.7.0-0a1b)       \n";

    @Test
    void anAcceptedPushHasItsReceipt() {
        String out = "To ssh://git@127.0.0.1:1/a.git\n*\t1234:refs/heads/x\t[new reference]\nDone\n";
        assertThat(PushReport.read(0, out, RECEIPT))
            .isEqualTo(new Outcome.Done(Optional.of(
                new Receipt(42, List.of("n1", "n2"), false, Optional.of("42-1.7.0-0a1b")))));
    }

    @Test
    void aReceiptThatNamesOneNodeSaysWhetherThereIsASecond() {
        assertThat(Receipt.in("remote: trine: version 7 durable on n3, and on one more node, which could not be asked"
            + " (receipt 7-1), carried out before\n"))
            .contains(new Receipt(7, List.of("n3"), true, Optional.of("7-1")));
        assertThat(Receipt.in("remote: trine: version 7 durable on n3 (receipt 7-1)\n"))
            .contains(new Receipt(7, List.of("n3"), false, Optional.of("7-1")));
    }

    @Test
    void aDeletionIsAcceptedToo() {
        assertThat(PushReport.read(0, "To x\n-\t:refs/heads/x\t[deleted]\nDone\n", RECEIPT))
            .isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aRefThatHadAnotherValueIsRejected() {
        assertThat(PushReport.read(1, "To x\n!\t1234:refs/heads/x\t[rejected] (stale info)\nDone\n", "error: failed\n"))
            .isEqualTo(new Outcome.Rejected("stale info"));
        assertThat(PushReport.read(1, "To x\n!\t1234:refs/heads/x\t[remote rejected] (fetch first)\nDone\n", ""))
            .isEqualTo(new Outcome.Rejected("fetch first"));
    }

    @Test
    void anAtomicPushIsRejectedIfAllItsRefsAre() {
        assertThat(PushReport.read(1, "To x\n!\t12:refs/heads/a\t[rejected] (stale info)\n"
            + "!\t12:refs/heads/b\t[rejected] (atomic push failed)\nDone\n", "")).isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void whatTheServerCouldNotDecideIsUnknown() {
        assertThat(PushReport.read(1, "To x\n!\t12:refs/heads/a\t[remote rejected] (the outcome is not known)\nDone\n",
            "")).isInstanceOf(Outcome.Unknown.class);
        assertThat(PushReport.read(1, "To x\n!\t12:refs/heads/a\t[rejected] (stale info)\n"
            + "!\t12:refs/heads/b\t[remote rejected] (something else)\n", "")).isInstanceOf(Outcome.Unknown.class);
    }

    @Test
    void aBrokenConnectionIsUnknownAndItsTextIsKept() {
        assertThat(PushReport.read(128, "", "fatal: the remote end hung up unexpectedly\n"))
            .isEqualTo(new Outcome.Unknown("fatal: the remote end hung up unexpectedly"));
        assertThat(PushReport.read(BoundedGit.TIMED_OUT, "", "ended after 45 s"))
            .isEqualTo(new Outcome.Unknown("ended after 45 s"));
    }

    @Test
    void successWithoutAnyRefIsNotSuccess() {
        assertThat(PushReport.read(0, "", "Everything up-to-date\n")).isInstanceOf(Outcome.Unknown.class);
    }

    @Test
    void aChangeIsPushedWithItsOldValueAsLease() {
        RefChange change = new RefChange("refs/heads/x", Optional.of("12"), Optional.empty());
        assertThat(change.lease()).isEqualTo("--force-with-lease=refs/heads/x:12");
        assertThat(change.refspec()).isEqualTo(":refs/heads/x");
        assertThat(new RefChange("refs/heads/x", Optional.empty(), Optional.of("34")).lease())
            .isEqualTo("--force-with-lease=refs/heads/x:");
    }
}
