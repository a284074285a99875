package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.Replacement;
import dev.trine.proto.RepositoryMove;
import java.util.List;
import java.util.Optional;

/** A replacement of a node, or of its lost disk, as it is shown. */
record ReplacementView(long id, String oldNode, String newNode, String newIncarnation, String state,
                       Optional<String> begun, Optional<String> ended, long repositoriesMoved, long repositoriesLeft,
                       long bytesCopied, long bytesTotal, long repositoriesBlocked, List<Part> copying,
                       List<Part> blocked, List<String> warnings) {
    static final List<Column<ReplacementView>> COLUMNS = List.of(
        new Column<>("ID", view -> Long.toString(view.id)),
        new Column<>("OLD", ReplacementView::oldNode),
        new Column<>("NEW", ReplacementView::newNode),
        new Column<>("STATE", ReplacementView::state),
        new Column<>("MOVED", view -> Long.toString(view.repositoriesMoved)),
        new Column<>("LEFT", view -> Long.toString(view.repositoriesLeft)),
        new Column<>("BLOCKED", view -> Long.toString(view.repositoriesBlocked)),
        new Column<>("COPIED", view -> mebibytes(view.bytesCopied) + " MiB"),
        new Column<>("BEGUN", view -> view.begun.orElse("")),
        new Column<>("ENDED", view -> view.ended.orElse("")));

    private static final double MEBIBYTE = 1024 * 1024;

    /** One repository's part. */
    record Part(String repoId, Optional<String> path, long bytesCopied, long bytesTotal, Optional<String> problem) {
        private static Part of(RepositoryMove move) {
            return new Part(move.getRepoId(), Wire.nonEmpty(move.getPath()), move.getBytesCopied(),
                move.getBytesTotal(), Wire.nonEmpty(move.getProblem()));
        }

        String name() {
            return path.orElse(repoId);
        }
    }

    static ReplacementView of(Replacement one) {
        return new ReplacementView(one.getId(), one.getOldNode(), one.getJoining().getNode(),
            one.getJoining().getIncarnation(), one.getState(), Wire.time(one.hasBegun(), one.getBegun()),
            Wire.time(one.hasEnded(), one.getEnded()), one.getRepositoriesMoved(), one.getRepositoriesLeft(),
            one.getBytesCopied(), one.getBytesTotal(), one.getRepositoriesBlocked(),
            one.getCopyingList().stream().map(Part::of).toList(), one.getBlockedList().stream().map(Part::of).toList(),
            one.getWarningsList());
    }

    boolean isOpen() {
        return state.equals("RUNNING") || state.equals("CANCELLING");
    }

    boolean isCancelled() {
        return state.equals("CANCELLED");
    }

    /** Whether nothing is left but what cannot be moved at the moment. */
    boolean isStuck() {
        return state.equals("RUNNING") && repositoriesLeft > 0 && repositoriesBlocked >= repositoriesLeft;
    }

    /** "n3 by n4", or for its own new disk "the disk of n3". */
    String what() {
        return oldNode.equals(newNode) ? "the disk of " + oldNode : oldNode + " by " + newNode;
    }

    /** How far it is, in words. */
    String progress() {
        return repositoriesMoved + " of " + (repositoriesMoved + repositoriesLeft) + " repositories moved, "
            + mebibytes(bytesCopied) + " of " + mebibytes(Math.max(bytesCopied, bytesTotal)) + " MiB copied";
    }

    static String mebibytes(double bytes) {
        return "%.1f".formatted(bytes / MEBIBYTE);
    }
}
