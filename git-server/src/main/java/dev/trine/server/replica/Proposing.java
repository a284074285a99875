package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.wire.Wire;
import dev.trine.proto.ProposeReply;
import dev.trine.proto.ProposeRequest;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proposes ref transactions: to the active lock holder if there is one, else to this node's own replica, which then
 * contends for the lock. Called by many threads.
 */
final class Proposing {
    private static final Logger LOG = LoggerFactory.getLogger(Proposing.class);
    private static final int TRIES_MAX = 8;

    private final OwnReplica own;
    private final PeerStreams streams;
    private final Duration stageMax;

    Proposing(OwnReplica own, PeerStreams streams, Duration stageMax) {
        this.own = own;
        this.streams = streams;
        this.stageMax = stageMax;
    }

    /** What a holder that was asked said. */
    private sealed interface Word {
        /** The outcome. */
        record Said(PushOutcome outcome) implements Word {
        }

        /** It never got it, or had no lock. */
        record NotTaken() implements Word {
        }

        /** It may have got it. */
        record Silent() implements Word {
        }
    }

    /**
     * Proposes a push that is durable here.
     *
     * @param shipment brings its objects to the peers; empty: it has none
     */
    PushOutcome propose(PushCommit.Candidate push, Optional<Shipment> shipment) throws InterruptedException {
        boolean handedOn = push.triedBefore();
        try {
            for (int i = 0; i < TRIES_MAX; i++) {
                Optional<Answer> answer = own.propose(push.loop(),
                    new OwnReplica.Transaction(push.named(), push.updates(), push.packs(), handedOn));
                if (answer.isEmpty()) {
                    return unsettled(push);
                }
                switch (answer.get()) {
                    case Answer.Settled settled -> {
                        return told(push, settled.outcome(), handedOn);
                    }
                    case Answer.Moved moved -> {
                        return told(push, refused("the repository has moved to other nodes; push again"), handedOn);
                    }
                    case Answer.Refused refused -> {
                        return told(push, refused(refused.why()), handedOn);
                    }
                    case Answer.HeldBy held -> {
                        switch (handOn(push, shipment, held.holder(), handedOn)) {
                            case Word.Said said -> {
                                return told(push, said.outcome(), handedOn);
                            }
                            case Word.NotTaken not -> { }
                            case Word.Silent silent -> handedOn = true;
                        }
                        push.loop().tell(new Message.Unreachable(held.holder()));
                    }
                    case Answer.Serve serve -> throw new IllegalStateException("a push was answered as a read");
                    case Answer.Behind behind -> throw new IllegalStateException("a push was answered as a read");
                    case Answer.Repaired done -> throw new IllegalStateException("a push was answered as a repair");
                }
            }
            return told(push, refused("the write lock could not be had in time; push again"), handedOn);
        } catch (OverloadedException e) {
            return told(push, refused(e.getMessage()), handedOn);
        } catch (IOException e) {
            LOG.atError().addKeyValue("repo", push.loop().repo()).addKeyValue("push", push.push()).setCause(e)
                .log("push cannot be checked again");
            return told(push, refused("this node's disk failed"), handedOn);
        } catch (ReplicaStoppedException e) {
            return unsettled(push);
        }
    }

    private Word handOn(PushCommit.Candidate push, Optional<Shipment> shipment, Member holder, boolean handedOn)
        throws InterruptedException {
        if (shipment.isPresent() && !shipment.get().awaitPeer(holder, stageMax)) {
            return new Word.NotTaken();
        }
        ProposeRequest.Builder request = ProposeRequest.newBuilder().setRepoId(push.loop().repo().value())
            .setGeneration(push.loop().shown().state().generation()).setSender(Wire.toProto(streams.self()))
            .setTarget(Wire.toProto(holder)).setPushId(push.push().value()).setHandedOn(handedOn)
            .setUser(push.named().user());
        push.updates().forEach(update -> request.addUpdates(Wire.toProto(update)));
        push.packs().forEach(pack -> request.addPacks(pack.hex()));
        try {
            ProposeReply reply = streams.propose(holder, request.build(), OwnReplica.OUTCOME_MAX);
            return reply.getNotHolder() ? new Word.NotTaken()
                : new Word.Said(PushResults.fromProto(reply.getResult()));
        } catch (PeerUnavailableException | IllegalArgumentException e) {
            return new Word.Silent();
        }
    }

    /** A refusal is certain only if nobody else may yet carry the push out. */
    private static PushOutcome told(PushCommit.Candidate push, PushOutcome outcome, boolean handedOn) {
        return handedOn && outcome instanceof PushOutcome.Refused ? unsettled(push) : outcome;
    }

    private static PushOutcome refused(String why) {
        return new PushOutcome.Refused("nothing was changed, " + why);
    }

    private static PushOutcome unsettled(PushCommit.Candidate push) {
        return new PushOutcome.Indeterminate("push " + push.push()
            + " may still take effect; fetch before pushing again");
    }
}
