package dev.trine.router.moves;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.router.routing.Placement;
import java.util.List;
import java.util.Map;

/**
 * What was seen of a repository by asking its members, and the joining disk, once.
 *
 * @param placement where the asker believed it to live; whose members were asked
 * @param answers   of members
 * @param silent    nodes of members that did not answer, with the reason for people
 * @param copy      what the joining disk says of its copy
 * @param settled   since the wish was taken back, the lock was taken and the log committed at that generation
 */
public record Sight(Placement placement, List<ProbeAnswer> answers, Map<NodeId, String> silent, Copy copy,
                    boolean settled) {
    public Sight {
        answers = List.copyOf(answers);
        silent = Map.copyOf(silent);
    }

    /** The joining disk's copy. */
    public sealed interface Copy {
        /** It has none. */
        record None() implements Copy {
        }

        /** It has the repository up to that version, and goes on copying; it has heard of that generation. */
        record UpTo(long version, long generation) implements Copy {
        }

        /** It is no copy: the disk votes in that generation, or was away when it ended and believes so. */
        record Votes(long generation) implements Copy {
        }

        /** It cannot be asked, or cannot copy; the text is for people. */
        record Failed(String problem) implements Copy {
        }
    }
}
