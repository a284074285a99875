package dev.trine.server.replication;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.Role;
import java.util.List;
import java.util.stream.Stream;

/** Receives peers' messages: checks who may say what to whom in which generation, then passes it on. */
final class Correspondence {
    private final Member self;
    private final ReplicaLog log;
    private final Lease lease;
    private final Contacts contacts;
    private final Follower follower;
    private final Contender contender;
    private final WriteLock lock;
    private final Pulls pulls;
    private final Demand demand;
    private final Outbox outbox;

    Correspondence(Member self, ReplicaLog log, Lease lease, Contacts contacts, Follower follower,
                   Contender contender, WriteLock lock, Pulls pulls, Demand demand, Outbox outbox) {
        this.self = self;
        this.log = log;
        this.lease = lease;
        this.contacts = contacts;
        this.follower = follower;
        this.contender = contender;
        this.lock = lock;
        this.pulls = pulls;
        this.demand = demand;
        this.outbox = outbox;
    }

    void received(Envelope envelope, long now) {
        Member from = envelope.sender();
        boolean meant = envelope.target().equals(self);
        boolean member = meant && isMember(from, envelope.generation());
        boolean among = member && !log.isWithdrawn();
        switch (envelope.payload()) {
            case PeerMessage.OfContender asked when !among -> redirect(envelope);
            case PeerMessage.OfContender asked -> {
                if (owns(from, asked)) {
                    asked(from, asked, now);
                }
            }
            case PeerMessage.ToContender answered -> {
                if (among && owns(self, answered)) {
                    answered(from, answered, now);
                } else if (meant && envelope.generation() < log.state().generation()) {
                    redirect(envelope); // it has not heard that the generation ended
                }
            }
            case PeerMessage.Resolve resolve when among || member && log.outcome(resolve.push()).isPresent() -> {
                lock.session().ifPresent(session -> session.urge(now));
                demand.open(resolve.push(), now).await(from);
            }
            case PeerMessage.Resolve resolve -> redirect(envelope);
            case PeerMessage.ResolveReply reply -> {
                if (member) {
                    resolved(reply);
                }
            }
            case PeerMessage.Notice notice -> {
                if (meant) {
                    told(from, notice, envelope.generation(), now);
                }
            }
        }
    }

    private void told(Member from, PeerMessage.Notice message, long generation, long now) {
        switch (message) {
            case PeerMessage.Commit commit -> {
                long of = commit.position().epoch().generation();
                if (log.votesIn(of)) {
                    log.advance(commit.position());
                }
                if (log.state().generation() > of) {
                    send(from, new PeerMessage.Moved(log.state().generation(), log.state().members()));
                }
            }
            case PeerMessage.PullHint hint -> {
                if (hint.committed().version() > log.committed().version()) {
                    pull(from);
                }
            }
            case PeerMessage.Moved moved -> {
                if (moved.generation() > log.state().generation()) {
                    pull(from);
                }
            }
            case PeerMessage.Withdrawn withdrawn -> {
                if (isMember(from, generation)) {
                    withdrew(from, withdrawn.cause(), now);
                }
            }
            case PeerMessage.NotMember missed -> {
                if (log.state().role() == Role.VOTER && log.state().members().contains(from)) {
                    send(from, new PeerMessage.PullHint(log.committed()));
                }
            }
        }
    }

    private void asked(Member from, PeerMessage.OfContender message, long now) {
        switch (message) {
            case PeerMessage.Lock wanted -> follower.lock(from, wanted, now);
            case PeerMessage.FetchLog fetch -> follower.fetchLog(from, fetch);
            case PeerMessage.Append append -> {
                contacts.taught(from, append.committed().version());
                if (follower.append(from, append, now)) {
                    lock.relieved();
                }
            }
            case PeerMessage.Renew renew -> follower.renew(from, renew, now);
            case PeerMessage.Release release -> follower.release(release);
        }
    }

    private void answered(Member from, PeerMessage.ToContender message, long now) {
        switch (message) {
            case PeerMessage.Granted granted -> {
                contacts.taught(from, granted.committed().version());
                lock.session(granted.epoch()).ifPresent(session -> session.granted(from, granted, now));
                contender.granted(from, granted, now).ifPresent(adopted -> lock.begin(adopted, now));
            }
            case PeerMessage.Refused refused -> {
                contender.saw(refused.promised());
                contender.declined(from, refused.epoch(), now);
            }
            case PeerMessage.Leased leased -> contender.leased(leased, now);
            case PeerMessage.LogChunk chunk ->
                contender.chunk(from, chunk, now).ifPresent(adopted -> lock.begin(adopted, now));
            case PeerMessage.LogChanged changed -> contender.changed(from, changed.epoch(), now);
            case PeerMessage.Ack ack -> {
                lock.session(ack.epoch()).ifPresent(session -> session.acked(from, ack, now));
                lock.commit();
            }
            case PeerMessage.Nack nack -> {
                contender.saw(nack.promised());
                if (lock.session(nack.epoch()).isPresent()) {
                    lock.deposed(now);
                }
            }
            case PeerMessage.Gap gap -> lock.session(gap.epoch()).ifPresent(session -> session.gap(from, gap, now));
            case PeerMessage.ObjectsMissing missing -> lock.session(missing.epoch())
                .ifPresent(session -> session.objectsMissing(from, missing.pushes(), now));
            case PeerMessage.RenewReply reply -> {
                if (!reply.ok()) {
                    contender.changed(from, reply.epoch(), now);
                }
            }
        }
    }

    /** What another node says that became of a push settles it, unless it does not know either. */
    private void resolved(PeerMessage.ResolveReply reply) {
        for (OpenPush push : List.copyOf(demand.open())) {
            if (push.push().equals(reply.push())) {
                switch (reply.outcome()) {
                    case PushOutcome.Committed settled -> demand.close(push, withOwn(settled, push));
                    case PushOutcome.Rejected settled -> demand.close(push, settled);
                    case PushOutcome.NotApplied settled -> demand.close(push, settled);
                    case PushOutcome.Indeterminate unsettled -> { }
                    case PushOutcome.Refused unsettled -> { }
                }
            }
        }
    }

    /** The nodes that a peer named, and those that this node knows of if it has the push itself. */
    private PushOutcome withOwn(PushOutcome.Committed told, OpenPush push) {
        Stream<NodeId> own = log.outcome(push.push()).stream()
            .flatMap(outcome -> lock.nodesWith(outcome.at().version()).stream());
        List<NodeId> all =
            Stream.concat(told.nodes().stream(), own).distinct().sorted().limit(Quorum.MEMBERS).toList();
        return new PushOutcome.Committed(told.at(), all, told.receipt());
    }

    /** Whether a node is a member of the generation in force, as this one is, be it withdrawn or not. */
    private boolean isMember(Member from, long generation) {
        return log.isMemberIn(generation) && log.state().members().contains(from);
    }

    /** A peer takes no part: whatever was expected of it will not come. */
    private void withdrew(Member peer, Withdrawal.Cause cause, long now) {
        contacts.withdrew(peer, cause, now);
        lease.forget(peer);
        lock.session().ifPresent(session -> session.withdrew(peer, now));
        contender.unreachable(peer, now);
    }

    /** The request was for another member, or for a generation in which this node does not vote. */
    private void redirect(Envelope envelope) {
        ReplicaState state = log.state();
        boolean meant = envelope.target().equals(self);
        if (meant && log.isWithdrawn() && envelope.generation() == state.generation()) {
            if (!(envelope.payload() instanceof PeerMessage.Release)) {
                send(envelope.sender(), new PeerMessage.Withdrawn(state.withdrawal().orElseThrow().cause()));
            }
            return;
        }
        boolean moved = meant && state.generation() > envelope.generation();
        send(envelope.sender(), moved ? new PeerMessage.Moved(state.generation(), state.members())
            : new PeerMessage.NotMember(state.role()));
        if (envelope.generation() > state.generation()) {
            pull(envelope.sender());
        }
    }

    private boolean owns(Member member, PeerMessage.OfContender message) {
        return owns(member, message.epoch());
    }

    private boolean owns(Member member, PeerMessage.ToContender message) {
        return owns(member, message.epoch());
    }

    private boolean owns(Member member, Epoch epoch) {
        return epoch.generation() == log.state().generation()
            && log.state().members().get(epoch.slot()).equals(member);
    }

    private void pull(Member from) {
        if (log.state().role() != Role.DELETED) {
            pulls.start(from);
        }
    }

    private void send(Member to, PeerMessage message) {
        outbox.send(to, log.state().generation(), message);
    }
}
