package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.CompareReply;
import dev.trine.proto.CompareRequest;
import dev.trine.proto.ForgetRequest;
import dev.trine.proto.ProposeReply;
import dev.trine.proto.ProposeRequest;
import dev.trine.proto.StageOpen;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.Withdrawal;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackPin;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The long requests of peers that are to change something: to stage, to commit for them. Called by many threads. */
final class PeerRequests {
    private final Member self;
    private final LoadedReplicas replicas;
    private final PackFiles files;
    private final Quarantine quarantine;
    private final Standings standings;
    private final OwnReplica own;
    private final long packBytesMax;

    /**
     * Serves nothing yet.
     *
     * @param packBytesMax greatest pack with its index that is accepted
     */
    PeerRequests(Member self, LoadedReplicas replicas, PackFiles files, Quarantine quarantine, Standings standings,
                 OwnReplica own, long packBytesMax) {
        this.self = self;
        this.replicas = replicas;
        this.files = files;
        this.quarantine = quarantine;
        this.standings = standings;
        this.own = own;
        this.packBytesMax = packBytesMax;
    }

    /** Begins to receive a push; empty: sender or receiver is not a member of that generation here. */
    Optional<StageCall> stage(StageOpen open)
        throws IOException, CorruptPackException, ReplicaStoppedException, OverloadedException {
        Optional<ReplicaLoop> loop = member(new RepoId(open.getRepoId()), open.getGeneration(),
            Wire.fromProto(open.getSender()), Wire.fromProto(open.getTarget()));
        if (loop.isEmpty()) {
            return Optional.empty();
        }
        boolean begun = false;
        try {
            StageCall call = StageCall.begin(loop.get(), open, quarantine, files, packBytesMax);
            begun = true;
            return Optional.of(call);
        } finally {
            if (!begun) {
                loop.get().endErrand();
            }
        }
    }

    /** Proposes a push for a peer that took this node for the lock holder. */
    ProposeReply propose(ProposeRequest request)
        throws IOException, InterruptedException, ReplicaStoppedException, OverloadedException {
        Optional<ReplicaLoop> loop = member(new RepoId(request.getRepoId()), request.getGeneration(),
            Wire.fromProto(request.getSender()), Wire.fromProto(request.getTarget()));
        if (loop.isEmpty()) {
            return notHolder("this node is not that member of the repository");
        }
        try {
            return propose(loop.get(), request);
        } finally {
            loop.get().endErrand();
        }
    }

    /** A push that may be staged here is in no log and never will be. */
    void forget(ForgetRequest request) throws ReplicaStoppedException, OverloadedException {
        Optional<ReplicaLoop> loop = member(new RepoId(request.getRepoId()), request.getGeneration(),
            Wire.fromProto(request.getSender()), Wire.fromProto(request.getTarget()));
        if (loop.isPresent()) {
            try {
                DecidedPushes.forgetGivenUp(loop.get(), new PushId(request.getPushId()), files);
            } finally {
                loop.get().endErrand();
            }
        }
    }

    /** Names those of the peer's positions that this node's differ from. */
    CompareReply compare(CompareRequest request) throws ReplicaStoppedException {
        return standings.compare(request);
    }

    private ProposeReply propose(ReplicaLoop loop, ProposeRequest request)
        throws IOException, InterruptedException, ReplicaStoppedException, OverloadedException {
        PushId push = new PushId(request.getPushId());
        List<RefUpdate> updates = LogEntries.updates(request.getUpdatesList());
        List<PackName> packs = LogEntries.packs(request.getPacksList());
        try (PackPin held = files.pin(loop.repo(), packs)) {
            if (!packs.stream().allMatch(pack -> files.has(loop.repo(), pack))) {
                return notHolder("the push's objects are not on " + self.node());
            }
            Pushes.Named named = new Pushes.Named(push, Wire.user(request.getUser()));
            Optional<Answer> answer = own.propose(loop,
                new OwnReplica.Transaction(named, updates, packs, request.getHandedOn()));
            if (answer.isEmpty()) {
                return ProposeReply.newBuilder().setResult(PushResults.toProto(new PushOutcome.Indeterminate("push "
                    + push + " may still take effect; fetch before pushing again"))).build();
            }
            return switch (answer.get()) {
                case Answer.Settled settled ->
                    ProposeReply.newBuilder().setResult(PushResults.toProto(settled.outcome())).build();
                case Answer.HeldBy another -> notHolder(self.node() + " does not hold the write lock");
                case Answer.Moved moved -> notHolder("the repository has moved");
                case Answer.Refused refused -> notHolder(refused.why());
                case Answer.Serve serve -> throw new IllegalStateException("a push was answered as a read");
                case Answer.Behind behind -> throw new IllegalStateException("a push was answered as a read");
                case Answer.Repaired done -> throw new IllegalStateException("a push was answered as a repair");
            };
        }
    }

    /** The replica, held for the caller, if both are members of that generation. */
    private Optional<ReplicaLoop> member(RepoId repo, long generation, Member sender, Member target)
        throws ReplicaStoppedException, OverloadedException {
        if (!target.equals(self)) {
            return Optional.empty();
        }
        Optional<ReplicaLoop> loop = replicas.use(repo, found -> {
            found.hold();
            return found;
        });
        ReplicaState state = loop.map(found -> found.shown().state()).orElseGet(ReplicaState::learner);
        if (loop.isPresent() && (state.generation() != generation || !state.members().contains(sender)
            || !state.members().contains(self))) {
            loop.get().endErrand();
            return Optional.empty();
        }
        if (state.withdrawal().isPresent()) {
            loop.ifPresent(ReplicaLoop::endErrand);
            throw withdrawn(state.withdrawal().get());
        }
        return loop;
    }

    private static ReplicaStoppedException withdrawn(Withdrawal withdrawal) {
        return new ReplicaStoppedException("this node has withdrawn its replica: " + withdrawal.cause().text());
    }

    private static ProposeReply notHolder(String why) {
        return ProposeReply.newBuilder().setNotHolder(true)
            .setResult(PushResults.toProto(new PushOutcome.Refused("nothing was changed, " + why))).build();
    }
}
