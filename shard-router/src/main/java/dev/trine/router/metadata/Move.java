package dev.trine.router.metadata;

import dev.trine.common.model.RepoId;

/**
 * One repository's part of a replacement, when somebody last looked.
 *
 * @param repository  its id
 * @param stage       how far it is
 * @param bytesTotal  bytes that had or have to be copied; 0: not known yet
 * @param bytesCopied of those
 * @param problem     why it is blocked, for people; empty: it is not
 */
public record Move(RepoId repository, Stage stage, long bytesTotal, long bytesCopied, String problem) {
    /** Longest text of a problem. */
    public static final int PROBLEM_MAX = 1000;

    public Move {
        problem = problem.length() > PROBLEM_MAX ? problem.substring(0, PROBLEM_MAX) : problem;
    }

    /** The stages. */
    public enum Stage {
        /** The joining disk copies it. */
        COPYING,
        /** Nothing can be done about it at the moment. */
        BLOCKED,
        /** The joining disk is a member. */
        MOVED
    }
}
