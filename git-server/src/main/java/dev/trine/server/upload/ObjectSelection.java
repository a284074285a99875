package dev.trine.server.upload;

import java.util.HashSet;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Which objects a pack is to hold: all that the wants reach, but the common objects do not, without going beyond the
 * grafts, as far as the filter lets them through.
 */
record ObjectSelection(Set<ObjectId> wants, Set<ObjectId> common, Set<ObjectId> grafts, Filter filter) {
    static ObjectSelection of(FetchRequest request, Negotiation negotiation, Boundary boundary) {
        Set<ObjectId> wants = new HashSet<>(negotiation.wants());
        wants.addAll(boundary.wants());
        return new ObjectSelection(wants, negotiation.common(), boundary.grafts(), request.filter());
    }

    /** Whether every object of some history is to be sent, or nearly so: what a clone asks for. */
    boolean isClone() {
        return common.isEmpty() && grafts.isEmpty();
    }
}
