package dev.trine.router.receipts;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.Receipt;
import dev.trine.router.receipts.Finding.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides whether a receipt holds, from what all nodes of the repository say. Pure.
 *
 * @param verdict  the whole
 * @param sentence the whole in words
 * @param receipt  what was verified; empty: nobody keeps it
 * @param findings one per node
 */
public record Verification(Verdict verdict, String sentence, Optional<Receipt> receipt, List<Finding> findings) {
    private static final int QUORUM = 2;

    public Verification {
        findings = List.copyOf(findings);
    }

    /** What one node answered. */
    public sealed interface Testimony {
        /** Who. */
        NodeId node();

        /**
         * Its replica.
         *
         * @param committed    its last committed version
         * @param receiptsFrom it has the receipt of every change from this version to the committed one
         * @param receipt      what it keeps of the version in question
         */
        record Replica(NodeId node, long committed, long receiptsFrom, Optional<Receipt> receipt)
            implements Testimony {
        }

        /** It answered, and has no replica that counts; the text says why. */
        record NoReplica(NodeId node, String why) implements Testimony {
        }

        /** It did not answer; the text says why. */
        record Silent(NodeId node, String why) implements Testimony {
        }
    }

    /** What is asked: a version, and what was kept of its receipt elsewhere. */
    public record Claim(long version, Optional<Receipt> kept, Optional<String> shortId) {
        boolean holds(Receipt receipt) {
            return kept.map(receipt::agreesWith).orElse(true) && shortId.map(receipt.id()::equals).orElse(true);
        }
    }

    /** Decides. */
    public static Verification of(Claim claim, List<Testimony> testimonies) {
        List<Receipt> shown = testimonies.stream().flatMap(each -> shown(each).stream()).toList();
        Optional<Receipt> reference = claim.kept()
            .or(() -> shown.stream().filter(claim::holds).min(Comparator.comparing(Receipt::time)));
        boolean anyShown = !shown.isEmpty() || claim.kept().isPresent();
        List<Finding> findings = testimonies.stream()
            .map(each -> finding(each, claim, anyShown)).collect(Collectors.toCollection(ArrayList::new));
        boolean differ = shown.stream().anyMatch(receipt -> !receipt.agreesWith(shown.getFirst()));
        if (differ && claim.kept().isEmpty() && claim.shortId().isEmpty()) {
            findings.replaceAll(Verification::contradicting);
        }
        return verdict(claim, reference, findings);
    }

    private static Optional<Receipt> shown(Testimony testimony) {
        return testimony instanceof Testimony.Replica replica ? replica.receipt() : Optional.empty();
    }

    private static Finding finding(Testimony testimony, Claim claim, boolean anyShown) {
        return switch (testimony) {
            case Testimony.Replica replica -> finding(replica, claim, anyShown);
            case Testimony.NoReplica none ->
                new Finding(none.node(), Kind.LOST, 0, Optional.empty(), none.why());
            case Testimony.Silent silent ->
                new Finding(silent.node(), Kind.UNREACHABLE, 0, Optional.empty(), silent.why());
        };
    }

    private static Finding finding(Testimony.Replica replica, Claim claim, boolean anyShown) {
        Kind kind = Kind.HAS;
        String problem = "";
        if (replica.receipt().isPresent()) {
            Receipt receipt = replica.receipt().get();
            if (!claim.holds(receipt)) {
                kind = Kind.CONTRADICTS;
                problem = "it has " + receipt.id() + ", chain " + receipt.chain().hex().substring(0, 12);
            }
        } else if (replica.committed() < claim.version()) {
            kind = Kind.BEHIND;
            problem = "it has reached version " + replica.committed();
        } else if (replica.receiptsFrom() > claim.version() || !anyShown) {
            kind = Kind.COVERED;
            problem = "it keeps receipts from version " + replica.receiptsFrom() + " on";
        } else {
            kind = Kind.CONTRADICTS;
            problem = "it changed no ref at version " + claim.version();
        }
        return new Finding(replica.node(), kind, replica.committed(), replica.receipt(), problem);
    }

    /** Two nodes show different receipts: neither of them can be believed. */
    private static Finding contradicting(Finding finding) {
        return finding.kind() != Kind.HAS ? finding : new Finding(finding.node(), Kind.CONTRADICTS,
            finding.committed(), finding.receipt(),
            "it has " + finding.receipt().map(Receipt::id).orElse("another one") + ", another node does not");
    }

    private static Verification verdict(Claim claim, Optional<Receipt> reference, List<Finding> findings) {
        List<Finding> contradicting = of(findings, Kind.CONTRADICTS);
        List<Finding> having = of(findings, Kind.HAS);
        List<Finding> covered = of(findings, Kind.COVERED);
        String change = "version " + claim.version();
        Verdict verdict;
        String sentence;
        if (!contradicting.isEmpty()) {
            verdict = Verdict.CONTRADICTED;
            sentence = "ALARM: " + names(contradicting) + (contradicting.size() == 1 ? " contradicts" : " contradict")
                + " this receipt of " + change
                + ": stop pushes to the repository and compare its replicas (trine repo describe)";
        } else if (having.isEmpty() && (reference.isEmpty() || covered.size() >= QUORUM)) {
            verdict = Verdict.NOT_KEPT;
            sentence = "no node that answers keeps a receipt of " + change
                + ": it changed no ref, has not happened, or is older than receipts are kept";
        } else if (!having.isEmpty() && having.size() + covered.size() >= QUORUM) {
            verdict = Verdict.DURABLE;
            sentence = change + " is durable on " + names(having)
                + (covered.isEmpty() ? "" : ", and " + names(covered) + " is past it");
        } else {
            verdict = Verdict.UNCONFIRMED;
            sentence = "nobody contradicts the receipt of " + change + ", but "
                + (having.isEmpty() ? "no node shows it" : "only " + names(having) + " shows it")
                + " now; ask again when the other nodes answer";
        }
        return new Verification(verdict, sentence, reference, findings);
    }

    private static List<Finding> of(List<Finding> findings, Kind kind) {
        return findings.stream().filter(finding -> finding.kind() == kind).toList();
    }

    private static String names(List<Finding> findings) {
        return findings.stream().map(finding -> finding.node().value()).collect(Collectors.joining(" and "));
    }
}
