package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.inspector.cli.ExitCode;
import dev.trine.inspector.cli.Table;
import dev.trine.proto.ReceiptAtNode;
import dev.trine.proto.VerifyReceiptReply;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/**
 * What the nodes say to a receipt.
 *
 * @param verdict  "durable", "unconfirmed", "contradicted" or "not-kept"
 * @param sentence the whole in words
 * @param receipt  what was verified; empty: no node keeps it
 * @param nodes    one per member
 */
record VerificationView(String verdict, String sentence, Optional<ReceiptView> receipt, List<Node> nodes) {
    /** What one node says. */
    record Node(String node, String finding, Optional<Long> version, Optional<String> problem) {
        private static final List<Column<Node>> COLUMNS = List.of(
            new Column<>("NODE", Node::node),
            new Column<>("FINDING", Node::finding),
            new Column<>("AT VERSION", each -> each.version.map(Object::toString).orElse("")),
            new Column<>("PROBLEM", each -> each.problem.orElse("")));

        private static Node of(ReceiptAtNode said) {
            return new Node(said.getNode(), said.getFinding(),
                said.getCommitted() == 0 ? Optional.empty() : Optional.of(said.getCommitted()),
                Wire.nonEmpty(said.getProblem()));
        }
    }

    static VerificationView of(VerifyReceiptReply reply) {
        List<Node> nodes = reply.getNodesList().stream().map(Node::of).toList();
        List<String> having = nodes.stream().filter(node -> node.finding.equals("has")).map(Node::node).toList();
        return new VerificationView(reply.getVerdict(), reply.getSentence(), reply.hasReceipt()
            ? Optional.of(ReceiptView.of(reply.getRepoId(), reply.getPath(), reply.getReceipt(), having))
            : Optional.empty(), nodes);
    }

    /** Scripts rely on it: only what is durable on two nodes is a success. */
    ExitCode exitCode() {
        return switch (verdict) {
            case "durable" -> ExitCode.OK;
            case "unconfirmed" -> ExitCode.DEGRADED;
            case "contradicted" -> ExitCode.CONTRADICTED;
            case "not-kept" -> ExitCode.NOT_KEPT;
            default -> ExitCode.FAILED;
        };
    }

    void print(PrintWriter out) {
        Table.print(out, nodes, Node.COLUMNS);
        out.println(sentence);
    }
}
