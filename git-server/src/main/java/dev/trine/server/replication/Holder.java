package dev.trine.server.replication;

import dev.trine.common.model.Position;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefRejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Serves the requests of a node that has the write lock: evaluates them on the whole log, answers when certain. */
final class Holder {
    private final Session session;
    private final ReplicaLog log;
    private final Follower follower;
    private final Demand demand;
    private final Outbox outbox;
    private final long resendMillis;
    private final List<Uncertain> uncertain = new ArrayList<>();

    /**
     * Serves a session.
     *
     * @param resendMillis how often peers are asked which of them has a push
     */
    Holder(Session session, ReplicaLog log, Follower follower, Demand demand, Outbox outbox, long resendMillis) {
        this.session = session;
        this.log = log;
        this.follower = follower;
        this.demand = demand;
        this.outbox = outbox;
        this.resendMillis = resendMillis;
    }

    Session session() {
        return session;
    }

    /** Carries on as far as possible. */
    void serve(long now) {
        answerCertain();
        if (wantsToAppend()) {
            if (session.inContact(now)) {
                evaluate(now);
            } else if (!session.isAsking(now)) {
                session.confirm();
            }
        }
        if (!session.isCarried()) {
            session.append(LogEntry.Noop::new);
        }
        askWhoHas(now);
        session.replicate(now);
    }

    /** Hands back what waits for this session: another must evaluate it again. */
    void end() {
        demand.putBack(uncertain.stream().map(Uncertain::request).toList());
        uncertain.clear();
    }

    boolean isQuiet(long now) {
        return uncertain.isEmpty() && session.isQuiet(now);
    }

    /** Refuses what waited too long for a confirmation. Nothing of it is in any log. */
    void expire(long now, long refuseMillis, String why) {
        for (Uncertain late : List.copyOf(uncertain)) {
            if (now - late.request().sinceMillis() >= refuseMillis) {
                uncertain.remove(late);
                demand.refuse(late.request(), why);
            }
        }
    }

    /** A peer that answers now has everything that is committed here, or is being brought there. */
    private void askWhoHas(long now) {
        for (OpenPush push : demand.unattested()) {
            if (push.ask(now, resendMillis)) {
                session.confirm();
            }
        }
    }

    private boolean wantsToAppend() {
        return demand.hasQueue() || demand.open().stream().anyMatch(this::needsAbort);
    }

    private void evaluate(long now) {
        for (Request request : demand.takeQueue()) {
            evaluate(request, now);
        }
        if (log.openSeal().isEmpty()) {
            demand.open().stream().filter(this::needsAbort).map(OpenPush::push).toList()
                .forEach(push -> session.append(position -> new LogEntry.Abort(position, push)));
        }
    }

    private void evaluate(Request request, long now) {
        Optional<LogEntry.Seal> seal = log.openSeal();
        switch (request) {
            case Request.Repair repair -> await(repair, log.last().version(), 0,
                () -> new Answer.Repaired(log.committed()));
            case Request.Seal wanted -> {
                if (seal.isEmpty()) {
                    session.append(position -> new LogEntry.Seal(position, wanted.nextMembers()));
                    demand.add(wanted);
                } else if (seal.get().nextMembers().equals(wanted.nextMembers())) {
                    demand.add(wanted);
                } else {
                    demand.refuse(wanted, "the generation is being ended with other members");
                }
            }
            case Request.Push push -> {
                if (seal.isPresent()) {
                    demand.add(push);
                } else {
                    propose(push, now);
                }
            }
        }
    }

    private void propose(Request.Push push, long now) {
        Proposal proposal = push.proposal();
        Optional<RecordedOutcome> known = log.outcome(proposal.push());
        if (known.isPresent()) {
            long version = known.get().at().version();
            await(push, version, version,
                () -> new Answer.Settled(Demand.outcomeOf(known.get(), session::nodesWith)));
            return;
        }
        if (log.isOpen(proposal.push())) {
            OpenPush open = demand.open(proposal.push(), push.sinceMillis());
            open.await(push.ticket());
            open.mayBeElsewhere(); // it was tried before, maybe through another node
            return;
        }
        Position evaluatedAt = log.last();
        List<RefRejection> rejections = TransactionCheck.rejections(log.head(), proposal.updates());
        if (rejections.isEmpty() && !follower.hasObjects(proposal.push(), proposal.updates(), proposal.packs())) {
            demand.refuse(push, "the objects of push " + proposal.push() + " are not on this node; push again");
        } else if (rejections.isEmpty()) {
            session.append(at -> new LogEntry.Push(at, proposal.push(), proposal.updates(), proposal.packs(),
                proposal.user()));
            OpenPush open = demand.open(proposal.push(), push.sinceMillis());
            open.await(push.ticket());
            open.storedBehind(evaluatedAt);
            if (proposal.handedOn()) {
                open.mayBeElsewhere();
            }
        } else if (proposal.handedOn()) {
            Position abort = session.append(at -> new LogEntry.Abort(at, proposal.push()));
            OpenPush open = demand.open(proposal.push(), push.sinceMillis());
            open.reject(abort, rejections);
            open.await(push.ticket());
        } else {
            await(push, evaluatedAt.version(), 0,
                () -> new Answer.Settled(new PushOutcome.Rejected(evaluatedAt, rejections)));
        }
    }

    /** The answer holds once that version is committed and a peer has confirmed the epoch after this moment. */
    private void await(Request request, long committed, long acknowledged, Supplier<Answer> answer) {
        uncertain.add(new Uncertain(request, committed, acknowledged, session.confirm(), answer));
    }

    private void answerCertain() {
        for (Uncertain waiting : List.copyOf(uncertain)) {
            if (log.committed().version() >= waiting.committed() && session.isConfirmed(waiting.round())
                && session.acknowledged() >= waiting.acknowledged()) {
                uncertain.remove(waiting);
                outbox.reply(waiting.request().ticket(), waiting.answer().get());
            }
        }
    }

    private boolean needsAbort(OpenPush open) {
        return log.outcome(open.push()).isEmpty() && !log.isOpen(open.push());
    }

    private record Uncertain(Request request, long committed, long acknowledged, long round,
                             Supplier<Answer> answer) {
    }
}
