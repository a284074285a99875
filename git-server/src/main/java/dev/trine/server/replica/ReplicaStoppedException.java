package dev.trine.server.replica;

/** A replica takes no more messages: the node is stopping, or the replica stopped itself after a defect. */
final class ReplicaStoppedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean nodeStops;

    ReplicaStoppedException(String why) {
        this(why, false);
    }

    /** Says whether it is the whole node that stops. */
    ReplicaStoppedException(String why, boolean nodeStops) {
        super(why);
        this.nodeStops = nodeStops;
    }

    boolean nodeStops() {
        return nodeStops;
    }
}
