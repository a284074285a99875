package dev.trine.server.replication;

/** How the objects of a pulled state travel. */
public enum PullManner {
    /** The packs of the state, as the files that they are: nothing is computed, at the price of what is there twice. */
    FILES,
    /** One pack of what the asker lacks, computed for it. */
    DIFFERENCE;

    /** A replica that lacks fewer objects is not worth copying all for. */
    static final long LACKING_MIN = 10_000;

    /**
     * What costs less, as far as numbers of objects tell.
     *
     * @param haveObjects  how many objects the asker has
     * @param stateObjects how many objects the packs of the state have
     */
    public static PullManner of(long haveObjects, long stateObjects) {
        boolean mostIsLacking = stateObjects - haveObjects >= LACKING_MIN && haveObjects < stateObjects / 2;
        return haveObjects == 0 && stateObjects > 0 || mostIsLacking ? FILES : DIFFERENCE;
    }
}
