package dev.trine.router.moves;

import dev.trine.common.model.Member;
import dev.trine.router.routing.Placement;
import java.util.List;

/** What to do next for a repository that is to move. After each but the last three, look again. */
public sealed interface Step {
    /** Note in the directory that it lives elsewhere by now. */
    record Forward(Placement newer) implements Step {
    }

    /** Have the joining disk copy it from these members. */
    record Learn(Placement from) implements Step {
    }

    /**
     * Tell the joining disk, which knows only of a generation that has ended, who the members are now, so that it looks
     * at them: those that it knows may all be gone. Then let time pass; the text says for what.
     */
    record Tell(Placement present, String what) implements Step {
    }

    /** Let time pass; the text says for what. */
    record Await(String what) implements Step {
    }

    /** Nothing can be done at the moment; the text says why, for people. */
    record Blocked(String why) implements Step {
    }

    /**
     * End the generation.
     *
     * @param placement the generation with its members
     * @param next      the next members in slot order
     * @param ask       whom to ask, in that order: the first has the lock, or the best log
     */
    record Seal(Placement placement, List<Member> next, List<Member> ask) implements Step {
    }

    /** Take the lock and commit what the log holds, so that it is certain whether a SEAL is in it. */
    record Settle(Placement placement, List<Member> ask) implements Step {
    }

    /** Have the joining disk drop its copy. */
    record Unlearn() implements Step {
    }

    /** It has moved: the joining disk votes, or the leaving one is no member for another reason. */
    record Moved() implements Step {
    }

    /** It stays where it is, and nothing is left of the attempt. */
    record Stayed() implements Step {
    }

    /** It was deleted. */
    record Gone() implements Step {
    }
}
