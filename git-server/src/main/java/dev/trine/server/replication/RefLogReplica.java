package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * One repository's replica on one node: decides about locks, log, commits and reads (docs/PROTOCOL.md). A message goes
 * in, a {@link Step} comes out; nothing else happens. One thread at a time.
 */
public final class RefLogReplica {
    private final Member self;
    private final Outbox outbox;
    private final ReplicaLog log;
    private final Lease lease = new Lease();
    private final Contacts contacts;
    private final Pulls pulls;
    private final Demand demand;
    private final ReadWaits reads;
    private final Contender contender;
    private final WriteLock lock;
    private final Announcement announcement;
    private final Correspondence correspondence;

    /**
     * A replica as the disk remembers it: no session, no lease, whatever it was before.
     *
     * @param repo      the repository
     * @param self      this node's identity
     * @param stored    as last written
     * @param committed reads the refs that the last written batch left
     * @param staged    knows which objects are durable here
     * @param timeouts  waits and bounds
     * @param seed      of the random waits
     * @throws BrokenInvariant what was stored contradicts itself
     */
    public RefLogReplica(RepoId repo, Member self, StoredReplica stored, Supplier<RefTable> committed,
                         StagedPushes staged, Timeouts timeouts, long seed) {
        this.self = self;
        this.outbox = new Outbox(repo, self);
        this.log = new ReplicaLog(self, stored, committed, timeouts);
        this.contacts = new Contacts(timeouts);
        this.pulls = new Pulls(outbox);
        this.demand = new Demand(log, outbox, timeouts);
        this.reads = new ReadWaits(log, outbox, timeouts);
        Follower follower = new Follower(log, lease, outbox, staged, timeouts);
        this.contender = new Contender(self, log, lease, follower, pulls, outbox, timeouts,
            new SplittableRandom(seed));
        this.lock = new WriteLock(self, log, lease, follower, contender, contacts, demand, outbox,
            timeouts);
        this.announcement = new Announcement(self, log, outbox, timeouts);
        this.correspondence = new Correspondence(self, log, lease, contacts, follower, contender, lock, pulls, demand,
            outbox);
    }

    /**
     * Takes one message, changes this replica's state, and returns what the driver must do.
     *
     * @param nowMillis monotonic time of this node, never less than at the step before
     * @throws BrokenInvariant this replica must not go on; the message says what contradicts what
     */
    public Step step(long nowMillis, Message message) {
        ReplicaState before = log.state();
        Optional<Member> teller = Optional.empty();
        switch (message) {
            case Message.Tick tick -> tick(nowMillis);
            case Message.Received received -> {
                teller = Optional.of(received.envelope().sender());
                received(received.envelope(), nowMillis);
            }
            case Message.Unreachable gone -> {
                contacts.missed(gone.peer(), nowMillis);
                lock.session().ifPresent(session -> session.unreachable(gone.peer(), nowMillis));
                contender.unreachable(gone.peer(), nowMillis);
            }
            case Message.Propose propose -> propose.proposals()
                .forEach(proposal -> demand.add(new Request.Push(proposal, nowMillis)));
            case Message.Read read -> {
                lock.session().ifPresent(session -> session.urge(nowMillis));
                reads.read(read, nowMillis);
            }
            case Message.Repair repair ->
                addIfCurrent(repair.generation(), new Request.Repair(repair.ticket(), nowMillis));
            case Message.Seal seal ->
                addIfCurrent(seal.generation(), new Request.Seal(seal.ticket(), seal.nextMembers(), nowMillis));
            case Message.Resolve resolve -> {
                lock.session().ifPresent(session -> session.urge(nowMillis));
                demand.resolve(resolve, nowMillis);
            }
            case Message.ObjectsFetched fetched ->
                contender.objectsFetched(fetched.from(), nowMillis).ifPresent(it -> lock.begin(it, nowMillis));
            case Message.ObjectsNotFetched missed -> contender.objectsNotFetched(missed.from(), nowMillis);
            case Message.StagedAt staged -> lock.session().ifPresent(session -> session.staged(staged.peer()));
            case Message.NotStagedAt missed ->
                lock.session().ifPresent(session -> session.notStaged(missed.peer(), nowMillis));
            case Message.Pulled pulled -> {
                teller = Optional.of(pulled.from());
                pulls.finished(pulled.from());
                if (log.install(pulled)) {
                    lock.end(nowMillis);
                }
            }
            case Message.Diverged diverged -> diverged.check();
            case Message.NotPulled missed -> pulls.finished(missed.from());
            case Message.Withdraw withdraw -> withdraw(withdraw.withdrawal(), nowMillis);
            case Message.Restore restore -> log.restore();
            case Message.Stop stop -> stop(nowMillis);
        }
        carryOn(before, teller, nowMillis);
        return outbox.toStep(takeBatch());
    }

    /** What the step changed; of what it commits, with the nodes that are known to hold the last entry, and so all. */
    private Batch takeBatch() {
        Batch batch = log.takeBatch();
        return batch.applied().isEmpty() ? batch
            : batch.heldBy(lock.nodesWith(batch.applied().getLast().version()));
    }

    /** One atomic snapshot of the replica's position, for routers and contenders. */
    public ProbeAnswer probe(long nowMillis) {
        ReplicaState state = log.state();
        return new ProbeAnswer(self, state.role(), state.generation(), state.promised(), log.last(),
            state.committed(), lease.current(nowMillis), state.members(),
            lock.isReady());
    }

    /** Whether nothing waits for time to pass: no ticks are needed and the replica may be unloaded. */
    public boolean isIdle(long nowMillis) {
        return demand.isEmpty() && reads.isEmpty() && !pulls.isRunning() && lock.isQuiet(nowMillis)
            && !announcement.isRunning(nowMillis);
    }

    /** State as of the last step. */
    public ReplicaState state() {
        return log.state();
    }

    /** Pushes in the log above the committed position: their objects must stay. */
    public List<LogEntry.Push> tail() {
        return log.openPushes();
    }

    /** Whether it is recorded that a push was committed or given up. */
    public boolean isDecided(PushId push) {
        return log.outcome(push).isPresent();
    }

    private void received(Envelope envelope, long now) {
        contacts.heard(envelope.sender(), now);
        announcement.heard(envelope.sender(), envelope.generation());
        correspondence.received(envelope, now);
    }

    private void tick(long now) {
        String obstacle = log.state().withdrawal().map(Withdrawal::obstacle)
            .orElseGet(() -> contacts.obstacle(peers(), now));
        demand.expire(now, obstacle, lock::nodesWith);
        lock.tick(now, obstacle);
        announcement.tick(now);
    }

    private void addIfCurrent(long generation, Request request) {
        if (log.votesIn(generation)) {
            demand.add(request);
        } else {
            outbox.reply(request.ticket(), Answer.elsewhere(log.state(), generation));
        }
    }

    private void withdraw(Withdrawal withdrawal, long now) {
        if (log.state().role() == Role.DELETED) {
            return;
        }
        lock.session().ifPresent(Session::release);
        lock.end(now);
        log.withdraw(withdrawal);
        if (log.isWithdrawn()) {
            peers().forEach(peer ->
                outbox.send(peer, log.state().generation(), new PeerMessage.Withdrawn(withdrawal.cause())));
        }
    }

    private void stop(long now) {
        lock.session().ifPresent(Session::release);
        lock.end(now);
        demand.stop(lock::nodesWith);
    }

    /** What every step ends with: learn from a changed log, act as far as possible, answer who can be answered. */
    private void carryOn(ReplicaState before, Optional<Member> teller, long now) {
        if (log.state().generation() != before.generation()) {
            lease.clear();
            announcement.begin(before, lock.session().isPresent(), now);
            demand.generationBegan(log.state());
        }
        if (lock.session().isEmpty() && log.committed().version() > before.committed().version()) {
            teller.ifPresent(peer -> contacts.taught(peer, log.committed().version()));
        }
        demand.settle(lock::nodesWith);
        lock.carryOn(now);
        reads.serve(lock.session(), contender.isContending(), now);
    }

    private List<Member> peers() {
        return log.state().members().stream().filter(member -> !member.equals(self)).toList();
    }
}
