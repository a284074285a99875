package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/** The requests that need the write lock and are not answered yet. */
final class Demand {
    private final ReplicaLog log;
    private final Outbox outbox;
    private final Timeouts timeouts;
    private final Deque<Request> queue = new ArrayDeque<>();
    private final Map<PushId, OpenPush> open = new LinkedHashMap<>();

    Demand(ReplicaLog log, Outbox outbox, Timeouts timeouts) {
        this.log = log;
        this.outbox = outbox;
        this.timeouts = timeouts;
    }

    boolean isEmpty() {
        return queue.isEmpty() && open.isEmpty();
    }

    boolean hasQueue() {
        return !queue.isEmpty();
    }

    void add(Request request) {
        queue.addLast(request);
    }

    /** Puts back what was evaluated by a session that ended before its answer was certain. */
    void putBack(List<Request> requests) {
        requests.reversed().forEach(queue::addFirst);
    }

    /** Takes everything that is queued. */
    List<Request> takeQueue() {
        List<Request> taken = new ArrayList<>(queue);
        queue.clear();
        return taken;
    }

    /** The push's entry, or its fate, is being waited for. */
    OpenPush open(PushId push, long now) {
        return open.computeIfAbsent(push, id -> new OpenPush(id, now));
    }

    /** Somebody asks what became of a push that any node may have been given. */
    void resolve(Message.Resolve resolve, long now) {
        OpenPush asked = open(resolve.push(), now);
        asked.await(resolve.ticket());
        asked.mayBeElsewhere();
    }

    Collection<OpenPush> open() {
        return open.values();
    }

    /** Answers those whose outcome is known now, and if that is a commit, two nodes that have it. */
    void settle(LongFunction<List<NodeId>> nodesWith) {
        for (OpenPush push : List.copyOf(open.values())) {
            known(push, nodesWith).filter(outcome -> !namesTooFew(outcome)).ifPresent(outcome -> close(push, outcome));
        }
    }

    /**
     * Pushes that are known to be committed, hence durable on two nodes, but not on which second one: a node that has
     * restarted reads from its disk what became of a push, not where else it is.
     */
    List<OpenPush> unattested() {
        return open.values().stream().filter(push -> log.outcome(push.push()).isPresent()).toList();
    }

    private static boolean namesTooFew(PushOutcome outcome) {
        return outcome instanceof PushOutcome.Committed committed && committed.nodes().size() < Quorum.SIZE;
    }

    /** What a recorded outcome means to whoever asks. */
    static PushOutcome outcomeOf(RecordedOutcome outcome, LongFunction<List<NodeId>> nodesWith) {
        return outcome.committed()
            ? new PushOutcome.Committed(outcome.at(), nodesWith.apply(outcome.at().version()))
            : new PushOutcome.NotApplied("push " + outcome.push() + " was given up and never takes effect");
    }

    /** Answers a push that is waited for. */
    void close(OpenPush push, PushOutcome outcome) {
        open.remove(push.push());
        push.tickets().forEach(ticket -> outbox.settle(ticket, outcome));
        for (Member peer : push.peers()) {
            outbox.send(peer, log.state().generation(), new PeerMessage.ResolveReply(push.push(), outcome));
        }
    }

    /** Answers everything with one fact, for example that another node has the lock. */
    void answerQueue(Answer answer) {
        takeQueue().forEach(request -> outbox.reply(request.ticket(), answer));
    }

    /** Nothing of the queue can be decided here. */
    void refuseQueue(String why) {
        takeQueue().forEach(request -> refuse(request, why));
    }

    /** A generation has begun: whoever asked for it learns so, whoever asked for another is refused. */
    void generationBegan(ReplicaState state) {
        for (Request request : List.copyOf(queue)) {
            if (request instanceof Request.Seal seal) {
                queue.remove(request);
                if (seal.nextMembers().equals(state.members())) {
                    outbox.reply(seal.ticket(), new Answer.Repaired(state.committed()));
                } else {
                    refuse(seal, "the generation was ended with other members");
                }
            }
        }
    }

    /** The replica no longer votes: nothing can be decided here any more. */
    void abandon(Answer moved, LongFunction<List<NodeId>> nodesWith) {
        answerQueue(moved);
        for (OpenPush push : List.copyOf(open.values())) {
            close(push, known(push, nodesWith).orElseGet(() -> cutOff(push)));
        }
    }

    /** What can be said of a push whose outcome this node does not know when its vote ends. */
    private PushOutcome cutOff(OpenPush push) {
        return push.isOnlyHere() && log.keepsAllOutcomesSince(push.evaluatedAt())
            ? new PushOutcome.Refused("nothing was changed, the repository has moved to other nodes while push "
                + push.push() + " was under way; push again")
            : new PushOutcome.Indeterminate("the repository has moved while push " + push.push()
                + " was under way; fetch before pushing again");
    }

    /** Gives up on what waited too long; one sentence says what stood in the way. */
    void expire(long now, String why, LongFunction<List<NodeId>> nodesWith) {
        for (Request request : List.copyOf(queue)) {
            if (now - request.sinceMillis() >= timeouts.refuseMillis()) {
                queue.remove(request);
                refuse(request, why);
            }
        }
        for (OpenPush push : List.copyOf(open.values())) {
            if (now - push.sinceMillis() >= timeouts.settleMillis()) {
                close(push, known(push, nodesWith)
                    .orElseGet(() -> new PushOutcome.Indeterminate(mayTakeEffect(push.push(), why))));
            }
        }
    }

    /** The node stops: whoever waits asks elsewhere. */
    void stop(LongFunction<List<NodeId>> nodesWith) {
        takeQueue().forEach(request -> refuse(request, "the node is stopping"));
        for (OpenPush push : List.copyOf(open.values())) {
            close(push, known(push, nodesWith).orElseGet(
                () -> new PushOutcome.Indeterminate(mayTakeEffect(push.push(), "the node is stopping"))));
        }
    }

    /**
     * The request waited in vain. Of a push that means that nothing was stored for it, unless it was tried before: what
     * is known of it is told, and what may be in a log, here or where it was handed on to, is still to be settled.
     */
    void refuse(Request request, String why) {
        switch (request) {
            case Request.Push push -> {
                PushId id = push.proposal().push();
                Optional<RecordedOutcome> known = log.outcome(id);
                if (known.isPresent() || push.proposal().handedOn() || log.isOpen(id)) {
                    OpenPush tried = open(id, push.sinceMillis()); // settled at once if the outcome is known
                    tried.await(push.ticket());
                    tried.mayBeElsewhere();
                } else {
                    outbox.settle(push.ticket(), new PushOutcome.Refused("nothing was changed, " + why));
                }
            }
            case Request.Repair repair -> outbox.reply(repair.ticket(), new Answer.Refused(why));
            case Request.Seal seal -> outbox.reply(seal.ticket(), new Answer.Refused(why));
        }
    }

    private static String mayTakeEffect(PushId push, String why) {
        return "push " + push + " may still take effect, " + why + "; fetch before pushing again";
    }

    /** What this node's disk says that became of a push, with the nodes that are known to have it. */
    private Optional<PushOutcome> known(OpenPush push, LongFunction<List<NodeId>> nodesWith) {
        return log.outcome(push.push()).map(outcome -> push.rejections(outcome.at())
            .<PushOutcome>map(why -> new PushOutcome.Rejected(outcome.at(), why))
            .orElseGet(() -> outcomeOf(outcome, nodesWith)));
    }
}
