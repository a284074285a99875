package dev.trine.server.replication;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ProbeAnswer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** This node's side of the write lock: contends for it when there is demand, serves the demand while it has it. */
final class WriteLock {
    private final Member self;
    private final ReplicaLog log;
    private final Lease lease;
    private final Follower follower;
    private final Contender contender;
    private final Contacts contacts;
    private final Demand demand;
    private final Outbox outbox;
    private final Timeouts timeouts;
    private Optional<Holder> holder = Optional.empty();
    /** Until when this node tries to get the lock back only to bring a peer level. */
    private long unfinishedUntil = Long.MIN_VALUE;

    WriteLock(Member self, ReplicaLog log, Lease lease, Follower follower, Contender contender, Contacts contacts,
              Demand demand, Outbox outbox, Timeouts timeouts) {
        this.self = self;
        this.log = log;
        this.lease = lease;
        this.follower = follower;
        this.contender = contender;
        this.contacts = contacts;
        this.demand = demand;
        this.outbox = outbox;
        this.timeouts = timeouts;
    }

    Optional<Session> session() {
        return holder.map(Holder::session);
    }

    /** The session of that epoch, if it is the one. */
    Optional<Session> session(Epoch epoch) {
        return session().filter(session -> session.epoch().equals(epoch));
    }

    boolean isReady() {
        return session().filter(Session::isReady).isPresent();
    }

    boolean isQuiet(long now) {
        return !contender.isContending() && !isUnfinished(now) && holder.filter(held -> !held.isQuiet(now)).isEmpty();
    }

    /** Begins the session that an adoption makes possible, unless it brought the end of the generation. */
    void begin(Contender.Adopted adopted, long now) {
        if (!log.promised().equals(adopted.epoch())) {
            return;
        }
        Session session = new Session(self, adopted.epoch(), log, lease, outbox, timeouts, now);
        session.granted(adopted.granter(), adopted.grant(), now);
        relieved();
        holder = Optional.of(new Holder(session, log, follower, demand, outbox,
            timeouts.resendMillis()));
    }

    /** Ends whatever this node has of the lock: its log was changed by others, or it stops. */
    void end(long now) {
        contender.abandon(now);
        holder.ifPresent(held -> {
            lease.release(held.session().epoch());
            held.end();
        });
        holder = Optional.empty();
    }

    /**
     * A peer has promised a higher epoch. If its contender fails, nobody has the lock any more, and a peer that was
     * still being brought level would stay behind until the next push: then this node takes the lock again for it.
     */
    void deposed(long now) {
        if (session().filter(session -> !session.isLevel()).isPresent()) {
            unfinishedUntil = now + timeouts.pursueMillis();
        }
        end(now);
        contender.backOff(now);
    }

    /** Another holder brings its log to everybody: this node need not. */
    void relieved() {
        unfinishedUntil = Long.MIN_VALUE;
    }

    /** Counts acknowledgements; the entry they complete is committed, and what lies below it. */
    void commit() {
        session().ifPresent(Session::commit);
    }

    /** Goes on as far as possible without another message. */
    void carryOn(long now) {
        if (holder.filter(held -> !held.session().epoch().equals(log.promised())).isPresent()) {
            end(now);
        }
        contender.endIfDeposed(now);
        if (log.isWithdrawn()) {
            askElsewhere(now);
        } else if (!log.votesIn(log.state().generation())) {
            demand.abandon(Answer.Moved.to(log.state()), this::nodesWith);
        } else if (holder.isPresent()) {
            holder.get().serve(now);
        } else if (!contender.isContending() && (!demand.isEmpty() || isUnfinished(now))) {
            contend(now);
        }
    }

    void tick(long now, String obstacle) {
        contender.tick(now);
        holder.ifPresent(held -> {
            held.expire(now, timeouts.refuseMillis(), obstacle);
            held.session().tick(now);
        });
    }

    /** Nodes that have an entry durably, as far as this node, which has it, can tell. */
    List<NodeId> nodesWith(long version) {
        Stream<NodeId> acknowledged = session().map(session -> session.nodesWith(version)).stream()
            .flatMap(List::stream);
        Stream<NodeId> told = log.state().members().stream().filter(member -> contacts.has(member, version))
            .map(Member::node);
        return Stream.concat(Stream.of(self.node()), Stream.concat(acknowledged, told)).distinct().sorted()
            .limit(Quorum.MEMBERS).toList();
    }

    /** Hands requests on to whoever has the lock, or tries to get it. */
    private void contend(long now) {
        Optional<ProbeAnswer.Lease> other = lease.current(now).filter(granted -> !granted.holder().equals(self));
        if (other.filter(granted -> !contacts.isUnreachable(granted.holder(), now)).isPresent()) {
            handOn(other.get(), now);
        } else if (contender.mayStart(now)) {
            contender.start(now, other.isPresent());
        }
    }

    /** This node has withdrawn: requests go to whoever has the lock; what may be in a log, the peers settle. */
    private void askElsewhere(long now) {
        relieved();
        Optional<ProbeAnswer.Lease> other = lease.current(now).filter(granted -> !granted.holder().equals(self)
            && !contacts.isUnreachable(granted.holder(), now));
        other.ifPresent(granted -> handOn(granted, now));
        demand.refuseQueue(log.state().withdrawal().map(Withdrawal::obstacle).orElseThrow());
        List<Member> peers = log.state().members().stream().filter(member -> !member.equals(self)).toList();
        for (OpenPush push : demand.open()) {
            if (push.ask(now, 2 * timeouts.resendMillis())) {
                Member asked = peers.get(push.timesAsked() % peers.size()); // one at a time, lest they duel
                outbox.send(asked, log.state().generation(), new PeerMessage.Resolve(push.push()));
            }
        }
    }

    private boolean isUnfinished(long now) {
        return now < unfinishedUntil;
    }

    private void handOn(ProbeAnswer.Lease other, long now) {
        demand.answerQueue(new Answer.HeldBy(other.holder(), other.epoch()));
        for (OpenPush push : demand.open()) {
            if (push.ask(now, 2 * timeouts.resendMillis())) {
                outbox.send(other.holder(), log.state().generation(), new PeerMessage.Resolve(push.push()));
            }
        }
    }
}
