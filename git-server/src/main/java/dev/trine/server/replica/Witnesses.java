package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.wire.Wire;
import dev.trine.proto.HistoryReply;
import dev.trine.proto.HistoryRequest;
import dev.trine.proto.PeerMessage;
import dev.trine.server.store.DiskHistory;
import java.time.Duration;

/** What the nodes know of each other's disks, and whether this one may take part. Called by many threads. */
final class Witnesses {
    private static final Duration END_MAX = Duration.ofSeconds(2);

    private final Member self;
    private final DiskHistory history;
    private final Probation probation;

    Witnesses(Member self, DiskHistory history, Probation probation) {
        this.self = self;
        this.history = history;
        this.probation = probation;
    }

    /** Notes how far the sender's disk is; refuses the message while this node may not take part. */
    void heard(PeerMessage message) throws ReplicaStoppedException, InterruptedException {
        note(history, message);
        probation.check(message.hasSender() ? END_MAX : Duration.ZERO);
    }

    static void note(DiskHistory history, PeerMessage message) {
        if (message.hasSender() && message.getSequence() > 0) {
            history.heard(Wire.fromProto(message.getSender()), message.getSequence());
        }
    }

    /** Says how far this disk is. */
    PeerMessage signed(PeerMessage reply) {
        return reply.toBuilder().setSequence(history.sequence()).build();
    }

    /** Says what was heard of the asker's disk before. */
    HistoryReply answer(HistoryRequest request) {
        Member asker = Wire.fromProto(request.getSender());
        long before = history.heard(asker);
        history.heard(asker, request.getSequence());
        return HistoryReply.newBuilder().setHeard(before).setMember(Wire.toProto(self))
            .setSequence(history.sequence()).build();
    }
}
