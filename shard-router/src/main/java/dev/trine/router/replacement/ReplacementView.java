package dev.trine.router.replacement;

import dev.trine.router.metadata.Move;
import dev.trine.router.metadata.Replacement;
import dev.trine.router.metadata.RepoPath;
import java.util.List;
import java.util.Optional;

/**
 * How far a replacement is.
 *
 * @param replacement itself
 * @param moved       repositories that have moved
 * @param left        repositories that are still to move; of a cancelled one, that stay
 * @param bytesCopied by the joining disk so far
 * @param bytesTotal  to copy in all; estimated for repositories that were not begun
 * @param copying     repositories that are being copied, some of them if there are many
 * @param blocked     repositories that cannot be moved at the moment, some of them if there are many
 * @param blockedAll  how many there are of those
 * @param warnings    sentences about what the operator should know
 */
public record ReplacementView(Replacement replacement, long moved, long left, long bytesCopied, long bytesTotal,
                              List<Part> copying, List<Part> blocked, long blockedAll, List<String> warnings) {
    public ReplacementView {
        copying = List.copyOf(copying);
        blocked = List.copyOf(blocked);
        warnings = List.copyOf(warnings);
    }

    /** One repository's part; without a path it was deleted meanwhile. */
    public record Part(Move move, Optional<RepoPath> path) {
    }
}
