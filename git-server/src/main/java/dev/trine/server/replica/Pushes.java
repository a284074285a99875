package dev.trine.server.replica;

import dev.trine.common.model.PushId;
import dev.trine.server.hosting.PushSession;
import dev.trine.server.repo.ConnectivityCheck;
import dev.trine.server.repo.PackReceiver;

/** Begins the pushes that clients make at this node. */
final class Pushes {
    private final PackReceiver receiver;
    private final ConnectivityCheck connectivity;
    private final Views views;
    private final PushCommit commit;

    Pushes(PackReceiver receiver, ConnectivityCheck connectivity, Views views, PushCommit commit) {
        this.receiver = receiver;
        this.connectivity = connectivity;
        this.views = views;
        this.commit = commit;
    }

    /**
     * Which push, and whose.
     *
     * @param user name of the user; empty: anonymous
     */
    record Named(PushId id, String user) {
    }

    /** Takes over the view and the hold on the loop. */
    PushSession begin(ReplicaLoop loop, CommittedView view, Named push) {
        return new HostedPush(push, loop, view, new HostedPush.Checks(receiver, connectivity, views), commit);
    }
}
