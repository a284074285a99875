package dev.trine.common.model;

/** A node's role in one repository. */
public enum Role {
    /** Does not have the repository; never counts as an answer. */
    UNKNOWN,
    /** Member of the generation in force. */
    VOTER,
    /**
     * Member of the generation in force that takes no part for the time being, because its storage cannot be trusted:
     * neither votes nor answers reads. What it promised stands.
     */
    WITHDRAWN,
    /** Copies the repository; never votes, never answers reads. */
    LEARNER,
    /** Was a member; the repository has moved. */
    RETIRED,
    /** The repository was deleted. */
    DELETED
}
