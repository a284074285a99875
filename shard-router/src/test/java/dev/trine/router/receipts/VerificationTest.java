package dev.trine.router.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.Sha256;
import dev.trine.router.receipts.Finding.Kind;
import dev.trine.router.receipts.Verification.Claim;
import dev.trine.router.receipts.Verification.Testimony;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each set of answers leads to one verdict and one sentence. */
class VerificationTest {
    private static final Receipt RECEIPT = receipt('a', 1);
    private static final Receipt LATER = receipt('a', 2);
    private static final Receipt OTHER = receipt('b', 1);
    private static final Claim VERSION = new Claim(42, Optional.empty(), Optional.empty());
    private static final Claim FILE = new Claim(42, Optional.of(RECEIPT), Optional.empty());

    @Test
    void aChangeThatAllNodesShowIsDurableWhateverTheirClocks() {
        Verification found = Verification.of(VERSION, List.of(has(1, LATER), has(2, RECEIPT), has(3, LATER)));
        assertThat(found.verdict()).isEqualTo(Verdict.DURABLE);
        assertThat(found.sentence()).isEqualTo("version 42 is durable on n1 and n2 and n3");
        assertThat(found.receipt()).contains(RECEIPT);
    }

    @Test
    void oneNodeThatShowsItAndOneThatIsPastItAreTwo() {
        Verification found = Verification.of(VERSION, List.of(has(1, RECEIPT), past(2, 50), silent(3)));
        assertThat(found.verdict()).isEqualTo(Verdict.DURABLE);
        assertThat(kinds(found)).containsExactly(Kind.HAS, Kind.COVERED, Kind.UNREACHABLE);
    }

    @Test
    void oneNodeAloneConfirmsNothing() {
        Verification found = Verification.of(VERSION, List.of(has(1, RECEIPT), behind(2, 41), silent(3)));
        assertThat(found.verdict()).isEqualTo(Verdict.UNCONFIRMED);
        assertThat(found.sentence()).contains("only n1 shows it");
        assertThat(kinds(found)).containsExactly(Kind.HAS, Kind.BEHIND, Kind.UNREACHABLE);
    }

    @Test
    void anotherReceiptOfTheVersionContradicts() {
        Verification found = Verification.of(FILE, List.of(has(1, RECEIPT), has(2, RECEIPT), has(3, OTHER)));
        assertThat(found.verdict()).isEqualTo(Verdict.CONTRADICTED);
        assertThat(found.sentence()).startsWith("ALARM: ").contains("n3 contradicts");
        assertThat(found.findings().getLast().problem()).contains(OTHER.id());
        assertThat(kinds(found)).containsExactly(Kind.HAS, Kind.HAS, Kind.CONTRADICTS);
    }

    @Test
    void nodesThatShowDifferentReceiptsContradictEachOther() {
        Verification found = Verification.of(VERSION, List.of(has(1, RECEIPT), has(2, OTHER), silent(3)));
        assertThat(found.verdict()).isEqualTo(Verdict.CONTRADICTED);
        assertThat(kinds(found)).containsExactly(Kind.CONTRADICTS, Kind.CONTRADICTS, Kind.UNREACHABLE);
    }

    @Test
    void aNodeThatKeepsEveryReceiptAndNotThisOneContradicts() {
        Verification found = Verification.of(FILE, List.of(has(1, RECEIPT), has(2, RECEIPT), past(3, 40)));
        assertThat(found.verdict()).isEqualTo(Verdict.CONTRADICTED);
        assertThat(found.findings().getLast().problem()).isEqualTo("it changed no ref at version 42");
    }

    @Test
    void theShortNameIsComparedToo() {
        assertThat(Verification.of(new Claim(42, Optional.empty(), Optional.of(RECEIPT.id())),
            List.of(has(1, LATER), has(2, RECEIPT), silent(3))).verdict()).isEqualTo(Verdict.DURABLE);
        assertThat(Verification.of(new Claim(42, Optional.empty(), Optional.of(OTHER.id())),
            List.of(has(1, LATER), has(2, RECEIPT), silent(3))).verdict()).isEqualTo(Verdict.CONTRADICTED);
    }

    @Test
    void whatNobodyKeepsCannotBeVerified() {
        assertThat(Verification.of(VERSION, List.of(past(1, 50), past(2, 50), past(3, 1))).verdict())
            .isEqualTo(Verdict.NOT_KEPT);
        assertThat(Verification.of(FILE, List.of(past(1, 50), past(2, 50), silent(3))).verdict())
            .isEqualTo(Verdict.NOT_KEPT);
    }

    @Test
    void anAcknowledgedChangeThatNobodyWhoAnswersHasReachedIsUnconfirmed() {
        Verification found = Verification.of(FILE, List.of(behind(1, 41), silent(2), lost(3)));
        assertThat(found.verdict()).isEqualTo(Verdict.UNCONFIRMED);
        assertThat(found.sentence()).contains("no node shows it");
        assertThat(kinds(found)).containsExactly(Kind.BEHIND, Kind.UNREACHABLE, Kind.LOST);
    }

    private static List<Kind> kinds(Verification found) {
        return found.findings().stream().map(Finding::kind).toList();
    }

    private static Testimony has(int node, Receipt receipt) {
        return new Testimony.Replica(id(node), 60, 1, Optional.of(receipt));
    }

    private static Testimony past(int node, long from) {
        return new Testimony.Replica(id(node), 60, from, Optional.empty());
    }

    private static Testimony behind(int node, long committed) {
        return new Testimony.Replica(id(node), committed, 1, Optional.empty());
    }

    private static Testimony silent(int node) {
        return new Testimony.Silent(id(node), "no answer in time");
    }

    private static Testimony lost(int node) {
        return new Testimony.NoReplica(id(node), "another disk answers");
    }

    private static NodeId id(int number) {
        return new NodeId("n" + number);
    }

    private static Receipt receipt(char refs, long second) {
        Sha256 any = new Sha256("c".repeat(64));
        return new Receipt(new Position(42, new Epoch(1, 7, 0)), new PushId("d".repeat(32)), any,
            new Sha256(String.valueOf(refs).repeat(64)), any, Instant.ofEpochSecond(second));
    }
}
