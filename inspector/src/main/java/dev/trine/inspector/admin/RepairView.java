package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.NodeRepair;
import dev.trine.proto.RepairStorageReply;
import java.util.List;
import java.util.Optional;

/**
 * What one node found and did when it was told to repair a repository.
 *
 * @param packs  that it read to their end
 * @param result "sound", "repaired", "withdrawn" or "failed"
 * @param detail what is in the way; empty: nothing
 */
record RepairView(String node, Optional<Integer> packs, String result, String detail) {
    static final List<Column<RepairView>> COLUMNS = List.of(
        new Column<>("NODE", RepairView::node),
        new Column<>("PACKS", view -> view.packs.map(Object::toString).orElse("")),
        new Column<>("RESULT", RepairView::result),
        new Column<>("DETAIL", RepairView::detail));

    static RepairView of(NodeRepair node) {
        if (!node.hasReply()) {
            return new RepairView(node.getNode(), Optional.empty(), "failed", node.getProblem());
        }
        RepairStorageReply reply = node.getReply();
        return new RepairView(node.getNode(), Optional.of(reply.getPacks()),
            reply.hasPin() ? "withdrawn" : reply.getRepaired() ? "repaired" : "sound",
            reply.hasPin() ? reply.getPin().getDetail() + "; " + reply.getPin().getDoing() : "");
    }

    /** Whether the replica takes part and is sound. */
    boolean sound() {
        return result.equals("sound") || result.equals("repaired");
    }
}
