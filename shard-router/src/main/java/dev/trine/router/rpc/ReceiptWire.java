package dev.trine.router.rpc;

import dev.trine.common.model.NodeId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.KeptReceipt;
import dev.trine.proto.ListReceiptsReply;
import dev.trine.proto.ReceiptAtNode;
import dev.trine.proto.VerifyReceiptReply;
import dev.trine.proto.VerifyReceiptRequest;
import dev.trine.router.receipts.Finding;
import dev.trine.router.receipts.Receipts;
import dev.trine.router.receipts.Verification;
import java.util.Optional;

/** Receipts as messages; malformed input throws IllegalArgumentException with a sentence that says why. */
final class ReceiptWire {
    private static final int SHORT_ID_CHARS_MAX = 200;

    private ReceiptWire() {
    }

    static Verification.Claim claim(VerifyReceiptRequest request) {
        if (request.getVersion() < 1) {
            throw new IllegalArgumentException("a change has version 1 or higher");
        }
        if (request.getShortId().length() > SHORT_ID_CHARS_MAX) {
            throw new IllegalArgumentException("no receipt has so long a name");
        }
        if (request.hasExpected() && request.getExpected().getAt().getVersion() != request.getVersion()) {
            throw new IllegalArgumentException("the receipt is of version "
                + request.getExpected().getAt().getVersion() + ", not of version " + request.getVersion());
        }
        return new Verification.Claim(request.getVersion(),
            request.hasExpected() ? Optional.of(Wire.fromProto(request.getExpected())) : Optional.empty(),
            request.getShortId().isEmpty() ? Optional.empty() : Optional.of(request.getShortId()));
    }

    static ListReceiptsReply toProto(Receipts.Page page) {
        ListReceiptsReply.Builder reply = ListReceiptsReply.newBuilder().setRepoId(page.repository().id().value())
            .setPath(page.repository().path().toString());
        page.receipts().forEach(kept -> reply.addReceipts(KeptReceipt.newBuilder()
            .setReceipt(Wire.toProto(kept.receipt()))
            .addAllNodes(kept.nodes().stream().map(NodeId::value).toList())));
        return reply.build();
    }

    static VerifyReceiptReply toProto(Receipts.Verified verified) {
        Verification verification = verified.verification();
        VerifyReceiptReply.Builder reply = VerifyReceiptReply.newBuilder()
            .setRepoId(verified.repository().id().value()).setPath(verified.repository().path().toString())
            .setVerdict(verification.verdict().word()).setSentence(verification.sentence());
        verification.receipt().ifPresent(receipt -> reply.setReceipt(Wire.toProto(receipt)));
        verification.findings().forEach(finding -> reply.addNodes(toProto(finding)));
        return reply.build();
    }

    private static ReceiptAtNode toProto(Finding finding) {
        return ReceiptAtNode.newBuilder().setNode(finding.node().value()).setFinding(finding.kind().word())
            .setCommitted(finding.committed()).setProblem(finding.problem()).build();
    }
}
