package dev.trine.server.replication;

import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefUpdate;
import java.util.List;

/**
 * One ref transaction to commit; its objects are durable here and on at least one peer.
 *
 * @param ticket   names the request for the answer
 * @param push     identity of this transaction: other updates need another id
 * @param updates  at least one
 * @param packs    packs that bring the objects, none if it brings none
 * @param handedOn whether another node was given the same id earlier and may yet carry it out
 * @param user     name of the user who makes it; empty: anonymous
 */
public record Proposal(Ticket ticket, PushId push, List<RefUpdate> updates, List<PackName> packs, boolean handedOn,
                       String user) {
    /** A proposal of nobody in particular. */
    public Proposal(Ticket ticket, PushId push, List<RefUpdate> updates, List<PackName> packs, boolean handedOn) {
        this(ticket, push, updates, packs, handedOn, "");
    }

    public Proposal {
        updates = List.copyOf(updates);
        packs = List.copyOf(packs);
        if (updates.isEmpty()) {
            throw new IllegalArgumentException("a push without ref updates: " + push);
        }
    }
}
