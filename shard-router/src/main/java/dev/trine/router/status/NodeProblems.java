package dev.trine.router.status;

import dev.trine.common.model.NodeId;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.Move;
import dev.trine.router.metadata.Replacement;
import dev.trine.router.nodes.NodeView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says of each node in one sentence what is amiss, and which command helps. One object per look. */
final class NodeProblems {
    private final Metadata metadata;
    private final Map<NodeId, Long> onLostDisks = new HashMap<>();
    private final Map<NodeId, String> joining = new HashMap<>();

    private NodeProblems(Metadata metadata) {
        this.metadata = metadata;
    }

    /** Reads what the database knows of lost disks and replacements; while it is away, nothing. */
    static NodeProblems read(Metadata metadata) {
        NodeProblems problems = new NodeProblems(metadata);
        try {
            problems.onLostDisks.putAll(metadata.cluster().onLostDisks());
            List<Replacement> open = metadata.replacements().open();
            open.forEach(replacement ->
                problems.joining.put(replacement.joining().node(), problems.progress(replacement)));
        } catch (MetadataAwayException away) {
            problems.onLostDisks.clear();
            problems.joining.clear();
        }
        return problems;
    }

    private String progress(Replacement replacement) {
        long moved = metadata.replacements().sums(replacement).get(Move.Stage.MOVED).repositories();
        long left = metadata.repositories().countOnDisksOf(replacement.leaving(), replacement.joining());
        String what = replacement.leaving().equals(replacement.joining().node()) ? "brings its repositories to its new"
            + " disk" : "takes the place of " + replacement.leaving();
        return replacement.state() == Replacement.State.CANCELLING ? "a replacement of " + replacement.leaving()
            + " by it is being cancelled" : what + ": " + moved + " of " + (moved + left) + " repositories have moved";
    }

    /** Empty: nothing. */
    String of(NodeView view) {
        NodeId node = view.node().id();
        return switch (view.state()) {
            case DOWN -> "it does not answer: " + view.problem();
            case FOREIGN -> view.problem() + ": correct its address";
            case WIPED -> "its disk was lost: it answers with another one than is registered, does not vote and gets no"
                + " repositories; bring it back with '" + command(node) + "'";
            case UP -> joining.containsKey(node) ? joining.get(node)
                : onLostDisks.containsKey(node) ? onLostDisks.get(node) + " repositories are still on a lost disk of"
                + " it; go on with '" + command(node) + "'" : "";
        };
    }

    private static String command(NodeId node) {
        return "trine node replace " + node + " " + node;
    }
}
