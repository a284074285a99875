package dev.trine.server.replica;

/** A replica takes no more messages: the node is stopping, or the replica stopped itself after a defect. */
final class ReplicaStoppedException extends Exception {
    private static final long serialVersionUID = 1L;

    ReplicaStoppedException(String why) {
        super(why);
    }
}
