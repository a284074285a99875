package dev.trine.server.hosting;

import dev.trine.common.model.Position;
import dev.trine.common.model.RepoId;

/** Why a node does not serve a request. Nothing was changed. */
public sealed interface Refusal {
    /** The node has no replica of it that may answer, or another generation is in force: route again. */
    record NotHere(RepoId repo) implements Refusal {
    }

    /** The replica has not reached the state that was asked for: route again. */
    record Behind(RepoId repo, Position have, Position wanted) implements Refusal {
    }

    /** A limit was reached; the text names it. */
    record OverLimit(String limit) implements Refusal {
    }

    /** The node is stopping, or this replica stopped itself after a defect; the text says which. */
    record Unavailable(String why) implements Refusal {
    }
}
