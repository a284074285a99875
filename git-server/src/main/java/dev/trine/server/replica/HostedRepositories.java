package dev.trine.server.replica;

import dev.trine.common.model.PushId;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.hosting.Hosting;
import dev.trine.server.hosting.Opened;
import dev.trine.server.hosting.PushSession;
import dev.trine.server.hosting.Refusal;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.Withdrawal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The repositories of this node as fetches and pushes see them. A read that the committed state on disk may answer
 * costs nothing but a snapshot; others are decided by the replica.
 */
final class HostedRepositories implements Hosting {
    /** Longest wait for a state that this node has not reached yet. */
    static final Duration BEHIND_MAX = Duration.ofSeconds(2);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final LoadedReplicas replicas;
    private final Views views;
    private final StorageHealth health;
    private final Probation probation;
    private final Pushes pushes;
    private final Consumer<RepoId> lagging;

    /**
     * Opens nothing.
     *
     * @param health  knows which replicas take no part
     * @param lagging told of a repository whose replica here is behind
     */
    HostedRepositories(LoadedReplicas replicas, Views views, StorageHealth health, Probation probation, Pushes pushes,
                       Consumer<RepoId> lagging) {
        this.replicas = replicas;
        this.health = health;
        this.probation = probation;
        this.views = views;
        this.pushes = pushes;
        this.lagging = lagging;
    }

    @Override
    public Optional<String> withdrawn(RepoId repo) {
        return health.pin(repo).map(pin -> withdrawn(pin.withdrawal()));
    }

    private static String withdrawn(Withdrawal withdrawal) {
        return "this node has withdrawn its replica of the repository, " + withdrawal.cause().text()
            + "; try again, another node serves it";
    }

    @Override
    public Opened<RepositoryView> open(RepoId repo, ReadPoint at) {
        return switch (read(repo, at)) {
            case Opened.Ready<CommittedView> ready -> new Opened.Ready<>(ready.value());
            case Opened.Refused<CommittedView> refused -> new Opened.Refused<>(refused.why());
        };
    }

    @Override
    public Opened<PushSession> openPush(RepoId repo, ReadPoint at, PushId push, String user) {
        return switch (read(repo, at)) {
            case Opened.Ready<CommittedView> ready -> openPush(ready.value(), new Pushes.Named(push, user));
            case Opened.Refused<CommittedView> refused -> new Opened.Refused<>(refused.why());
        };
    }

    private Opened<PushSession> openPush(CommittedView view, Pushes.Named push) {
        Optional<PushSession> session = Optional.empty();
        try {
            probation.check(BEHIND_MAX);
            session = replicas.use(view.id(), loop -> {
                loop.hold();
                return pushes.begin(loop, view, push);
            });
            return session.<Opened<PushSession>>map(Opened.Ready::new)
                .orElseGet(() -> new Opened.Refused<>(new Refusal.NotHere(view.id())));
        } catch (ReplicaStoppedException e) {
            return new Opened.Refused<>(new Refusal.Unavailable(e.getMessage()));
        } catch (OverloadedException e) {
            return new Opened.Refused<>(new Refusal.OverLimit(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Opened.Refused<>(new Refusal.Unavailable("the node is stopping"));
        } finally {
            if (session.isEmpty()) {
                view.close();
            }
        }
    }

    private Opened<CommittedView> read(RepoId repo, ReadPoint at) {
        try {
            if (!(at instanceof ReadPoint.StaleAllowed)) {
                probation.check(BEHIND_MAX);
            }
            Optional<Refusal> refusal = switch (at) {
                case ReadPoint.Committed committed -> Optional.empty();
                case ReadPoint.StaleAllowed stale -> Optional.empty();
                case ReadPoint.Proof proof -> decided(repo, proof);
                case ReadPoint.AsHolder holder -> decided(repo, holder);
            };
            return refusal.isPresent() ? new Opened.Refused<>(refusal.get()) : show(repo, at);
        } catch (ReplicaStoppedException e) {
            return new Opened.Refused<>(new Refusal.Unavailable(e.getMessage()));
        } catch (OverloadedException e) {
            return new Opened.Refused<>(new Refusal.OverLimit(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Opened.Refused<>(new Refusal.Unavailable("the node is stopping"));
        }
    }

    /** Lets the replica decide; empty: its committed state may be shown. */
    private Optional<Refusal> decided(RepoId repo, ReadPoint at)
        throws InterruptedException, ReplicaStoppedException, OverloadedException {
        Optional<CompletableFuture<Answer>> asked =
            replicas.use(repo, loop -> loop.ask(ticket -> new Message.Read(ticket, at)));
        if (asked.isEmpty()) {
            return Optional.of(new Refusal.NotHere(repo));
        }
        Optional<Answer> answer = Waiting.await(asked.get(), ANSWER_MAX);
        if (answer.isEmpty()) {
            return Optional.of(new Refusal.Unavailable("the repository's replica does not answer"));
        }
        return switch (answer.get()) {
            case Answer.Serve serve -> Optional.empty();
            case Answer.Behind behind -> at instanceof ReadPoint.Proof ? Optional.empty()
                : Optional.of(new Refusal.Behind(repo, behind.have(), at.minimum()));
            case Answer.Moved moved -> Optional.of(new Refusal.NotHere(repo));
            case Answer.Refused refused -> Optional.of(new Refusal.Unavailable(refused.why()));
            case Answer.Settled settled -> throw new IllegalStateException("a read was settled as a push");
            case Answer.HeldBy held -> throw new IllegalStateException("a read was handed on");
            case Answer.Repaired repaired -> throw new IllegalStateException("a read was answered as a repair");
        };
    }

    private Opened<CommittedView> show(RepoId repo, ReadPoint at)
        throws InterruptedException, ReplicaStoppedException, OverloadedException {
        Opened<CommittedView> shown = showNow(repo, at);
        if (!(shown instanceof Opened.Refused<CommittedView> refused) || !(refused.why() instanceof Refusal.Behind)) {
            return shown;
        }
        lagging.accept(repo);
        Optional<ReplicaLoop> loop = replicas.get(repo);
        return loop.isPresent() && loop.get().awaitCommitted(at.minimum().version(), BEHIND_MAX)
            ? showNow(repo, at) : shown;
    }

    private Opened<CommittedView> showNow(RepoId repo, ReadPoint at) {
        if (replicas.isFrozen(repo)) {
            return new Opened.Refused<>(new Refusal.Unavailable("the repository's replica on this node is frozen"));
        }
        Optional<String> withdrawn = withdrawn(repo);
        if (withdrawn.isPresent()) {
            return new Opened.Refused<>(new Refusal.Unavailable(withdrawn.get()));
        }
        Optional<CommittedView> view = views.open(repo);
        Optional<Refusal> refusal = view.isEmpty() ? Optional.of(new Refusal.NotHere(repo))
            : refusal(repo, view.get().snapshot().state(), at);
        if (refusal.isEmpty()) {
            return new Opened.Ready<>(view.get());
        }
        view.ifPresent(CommittedView::close);
        return new Opened.Refused<>(refusal.get());
    }

    private static Optional<Refusal> refusal(RepoId repo, ReplicaState state, ReadPoint at) {
        if (state.withdrawal().isPresent()) {
            return Optional.of(new Refusal.Unavailable(withdrawn(state.withdrawal().get())));
        }
        if (state.role() != Role.VOTER || state.generation() != at.generation()) {
            return Optional.of(new Refusal.NotHere(repo));
        }
        boolean reached = switch (at) {
            case ReadPoint.Committed committed -> isReached(state, committed);
            case ReadPoint.Proof proof -> isReached(state, proof);
            case ReadPoint.AsHolder holder -> true;
            case ReadPoint.StaleAllowed stale -> true;
        };
        return reached ? Optional.empty() : Optional.of(new Refusal.Behind(repo, state.committed(), at.minimum()));
    }

    private static boolean isReached(ReplicaState state, ReadPoint at) {
        return state.committed().version() >= at.minimum().version();
    }
}
