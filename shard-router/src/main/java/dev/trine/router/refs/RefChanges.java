package dev.trine.router.refs;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.wire.Wire;
import dev.trine.proto.RefChange;
import dev.trine.proto.RefsUpdate;
import dev.trine.proto.RefsUpdate.Outcome;
import dev.trine.proto.UpdateRefsRequest;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.Repository;
import dev.trine.router.nodes.NodeCalls;
import dev.trine.router.nodes.Reply;
import dev.trine.router.repositories.RepositoryService;
import dev.trine.router.route.RouteService;
import dev.trine.router.route.Way;
import dev.trine.router.wire.AccessWire;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Changes refs for who may push. A try that fails, or whose outcome is not known, is repeated with the same token at
 * another node: it takes effect at most once, so that nothing is lost by asking again. Any thread.
 */
public final class RefChanges {
    /** Most changes in one call. */
    public static final int CHANGES_MAX = 1_000;

    private static final Duration ALL_MAX = Duration.ofSeconds(30);
    private static final Duration TRY_MAX = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final RepositoryService repositories;
    private final RouteService routes;
    private final NodeCalls calls;

    public RefChanges(RepositoryService repositories, RouteService routes, NodeCalls calls) {
        this.repositories = repositories;
        this.routes = routes;
        this.calls = calls;
    }

    /**
     * What is asked for.
     *
     * @param changes at least one, at most {@link #CHANGES_MAX}; the node examines them
     * @param token   what the caller calls them
     * @param first   whether the caller never sent that token before
     */
    public record Wanted(List<RefChange> changes, String token, boolean first) {
        public Wanted {
            changes = List.copyOf(changes);
            if (changes.isEmpty() || changes.size() > CHANGES_MAX) {
                throw new IllegalArgumentException("a call has 1 to " + CHANGES_MAX + " changes of refs, not "
                    + changes.size());
            }
        }
    }

    /** What became of it, with the repository that it is about. */
    public record Changed(Repository repository, RefsUpdate result) {
    }

    /** Carries the changes out, or says why not. */
    public Answer<Changed> change(Access caller, String pathOrId, Wanted wanted) throws InterruptedException {
        return switch (repositories.find(caller, pathOrId)) {
            case Answer.Given<Repository> given -> new Attempts(caller, given.value(), wanted).run();
            case Answer.Refused<Repository> refused -> Answer.refuse(refused.why());
        };
    }

    /**
     * What came of one try.
     *
     * @param again whether another try may tell more
     */
    private record Try(Answer<Changed> answer, boolean again) {
    }

    /** One call's tries, one after the other. */
    private final class Attempts {
        private final Access caller;
        private final Repository repository;
        private final Wanted wanted;
        private final long endNanos = System.nanoTime() + ALL_MAX.toNanos();
        private final Set<NodeId> avoid = new HashSet<>();
        private boolean first;
        private Optional<Position> before = Optional.empty();

        Attempts(Access caller, Repository repository, Wanted wanted) {
            this.caller = caller;
            this.repository = repository;
            this.wanted = wanted;
            this.first = wanted.first();
        }

        Answer<Changed> run() throws InterruptedException {
            Try last = attempt();
            while (last.again() && endNanos - System.nanoTime() > PAUSE.toNanos()) {
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
                last = attempt();
            }
            return last.answer();
        }

        private Try attempt() throws InterruptedException {
            return switch (routes.write(repository, caller, Set.copyOf(avoid))) {
                case Answer.Given<Way.Route> given -> send(given.value());
                case Answer.Refused<Way.Route> refused -> refused(refused.why());
            };
        }

        /** Who was sent to a node before, and may not do it any more, must not hear that nothing was changed. */
        private Try refused(Refusal why) {
            boolean away = why.reason() == Refusal.Reason.AWAY;
            return first || before.isEmpty() && !away ? new Try(Answer.refuse(why), false)
                : unknown(why.text(), away);
        }

        private Try send(Way.Route route) {
            Member member = route.serve().at();
            before = before.or(() -> Optional.of(route.serve().from().minimum()));
            UpdateRefsRequest request = UpdateRefsRequest.newBuilder().setRepoId(repository.id().value())
                .setReadPoint(Wire.toProto(route.serve().from())).addAllChanges(wanted.changes())
                .setToken(wanted.token()).setUser(caller.user().name().value()).setFirst(first)
                .addAllRefLimits(route.limits().stream().map(AccessWire::toProto).toList()).build();
            return switch (calls.updateRefs(new NodeCalls.Target(member, route.address(), TRY_MAX), request)) {
                case Reply.Done<RefsUpdate> done -> {
                    boolean open = done.value().getOutcome() == Outcome.UNKNOWN;
                    first &= !open;
                    yield new Try(Answer.of(new Changed(repository, done.value())), open);
                }
                case Reply.Failed<RefsUpdate> failed -> failed(member.node(), failed);
            };
        }

        private Try failed(NodeId node, Reply.Failed<RefsUpdate> failed) {
            String text = "node " + node + ": " + failed.text();
            avoid.add(node);
            return switch (failed.code()) {
                case INVALID_ARGUMENT ->
                    new Try(Answer.refuse(new Refusal(Refusal.Reason.MALFORMED, failed.text())), false);
                case FAILED_PRECONDITION, RESOURCE_EXHAUSTED, UNIMPLEMENTED -> first
                    ? new Try(Answer.refuse(Refusal.away("nothing was changed, " + text)), true) : unknown(text, true);
                case UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL, UNKNOWN, UNAUTHENTICATED, DATA_LOSS, OK, CANCELLED,
                    NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, ABORTED, OUT_OF_RANGE -> {
                    first = false; // it may have been carried out there
                    yield unknown(text, true);
                }
            };
        }

        /** An earlier try may have taken effect. */
        private Try unknown(String why, boolean again) {
            RefsUpdate.Builder result = RefsUpdate.newBuilder().setOutcome(Outcome.UNKNOWN).setMessage(why);
            before.map(Wire::toProto).ifPresent(result::setAt);
            return new Try(Answer.of(new Changed(repository, result.build())), again);
        }
    }
}
