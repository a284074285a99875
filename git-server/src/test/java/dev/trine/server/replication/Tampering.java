package dev.trine.server.replication;

import dev.trine.common.model.Position;

/** Plants a mistake in a message on its way, as if its receiver did not look at what is changed. */
final class Tampering {
    private Tampering() {
    }

    static Envelope with(Mutation mutation, Envelope envelope, SimulatedNode target) {
        PeerMessage payload = switch (mutation) {
            case ANY_LOG -> anyLog(envelope.payload());
            case FETCH_UNCHECKED -> fetchUnchecked(envelope.payload(), target);
            case NO_PREV_CHECK -> noPreviousCheck(envelope.payload(), target);
            case COMMIT_BY_VERSION -> commitByVersion(envelope.payload(), target);
            case NONE, SEND_BEFORE_SYNC, EPOCH_REUSE, ONE_ACK, ACK_NO_OBJECTS, GC_TAIL, WIPED_VOTES, ONE_ANSWER,
                 PROOF_NO_PROMISE, HOLDER_NO_M, RETIRED_ANSWERS, NO_DEDUPE -> envelope.payload();
        };
        return new Envelope(envelope.repo(), envelope.generation(), envelope.sender(), envelope.target(), payload);
    }

    private static PeerMessage anyLog(PeerMessage payload) {
        return payload instanceof PeerMessage.Granted granted
            ? new PeerMessage.Granted(granted.epoch(), Position.START, Position.START, Position.START) : payload;
    }

    private static PeerMessage fetchUnchecked(PeerMessage payload, SimulatedNode target) {
        return payload;
    }

    private static PeerMessage noPreviousCheck(PeerMessage payload, SimulatedNode target) {
        if (payload instanceof PeerMessage.Append append) {
            Position mine = position(target, append.previous().version(), append.previous());
            return new PeerMessage.Append(append.epoch(), mine, append.entries(), append.committed(), append.round());
        }
        return payload;
    }

    private static PeerMessage commitByVersion(PeerMessage payload, SimulatedNode target) {
        return switch (payload) {
            case PeerMessage.Commit commit -> new PeerMessage.Commit(
                position(target, commit.position().version(), commit.position()));
            case PeerMessage.Append append -> new PeerMessage.Append(append.epoch(), append.previous(),
                append.entries(), position(target, append.committed().version(), append.committed()),
                append.round());
            default -> payload;
        };
    }

    private static Position position(SimulatedNode node, long version, Position otherwise) {
        Logged logged = node.disk().log().get(version);
        return logged == null ? otherwise : logged.position();
    }
}
