package dev.trine.common.model;

/** A node's role in one repository. */
public enum Role {
    /** Does not have the repository; never counts as an answer. */
    UNKNOWN,
    /** Member of the generation in force. */
    VOTER,
    /** Copies the repository; never votes, never answers reads. */
    LEARNER,
    /** Was a member; the repository has moved. */
    RETIRED,
    /** The repository was deleted. */
    DELETED
}
