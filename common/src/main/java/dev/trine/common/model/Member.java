package dev.trine.common.model;

/** One formatted disk of one node: the unit that votes, promises and stores. */
public record Member(NodeId node, Incarnation incarnation) {
    @Override
    public String toString() {
        return node + "/" + incarnation.value().substring(0, 8);
    }
}
