package dev.trine.server.replica;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.PushSession;
import dev.trine.server.hosting.RefListing;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.replication.ChangesDigest;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.RefTable;
import dev.trine.server.repo.Connectivity;
import dev.trine.server.repo.ConnectivityCheck;
import dev.trine.server.repo.ObjectView;
import dev.trine.server.repo.PackPin;
import dev.trine.server.repo.PackReceiver;
import dev.trine.server.repo.ReceivedPack;
import dev.trine.server.repo.StorageTrouble;
import dev.trine.server.repo.StorageTroubleException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One push at this node: its pack is received into a pending pack that only this push's view lists, checked, then
 * committed through the replica.
 */
final class HostedPush implements PushSession {
    private static final Logger LOG = LoggerFactory.getLogger(HostedPush.class);

    private final PushId id;
    private final String user;
    private final ReplicaLoop loop;
    private final CommittedView base;
    private final Checks checks;
    private final PushCommit commit;
    private final RepositoryView view = new PushView();
    private Optional<ReceivedPack.Indexed> received = Optional.empty();
    private Optional<ObjectView> withReceived = Optional.empty();
    private Set<ObjectName> roots = Set.of();
    private Arrival arrival = Optional::empty;
    private int attempts;
    private boolean closed;

    /** What examines a push before it is committed. */
    record Checks(PackReceiver receiver, ConnectivityCheck connectivity, Views views) {
    }

    /** Takes over the view and a hold on the loop. */
    HostedPush(Pushes.Named push, ReplicaLoop loop, CommittedView base, Checks checks, PushCommit commit) {
        this.id = push.id();
        this.user = push.user();
        this.loop = loop;
        this.base = base;
        this.checks = checks;
        this.commit = commit;
    }

    @Override
    public PushId id() {
        return id;
    }

    @Override
    public RepositoryView view() {
        return view;
    }

    @Override
    public void buildsOn(Collection<RefName> refs) {
        roots = Quarantine.held(refs, base.refs());
    }

    @Override
    public void whenArrived(Arrival what) {
        arrival = what;
    }

    @Override
    public Received receive(InputStream pack, Set<ObjectName> tips, ProgressMonitor progress) throws IOException {
        if (received.isPresent()) {
            throw new IllegalStateException("push " + id + " has received its pack");
        }
        try {
            return received(pack, tips, progress);
        } catch (StorageTroubleException e) {
            return new Received.Unusable(of(e.trouble()).orElseThrow(() -> e));
        }
    }

    /** What the client is told of a disk that does not take the pack; empty: that is not the trouble. */
    private static Optional<String> of(StorageTrouble trouble) {
        return switch (trouble.kind()) {
            case DISK_FULL -> Optional.of("nothing was changed, the disk of the node that took this push is full; push"
                + " again: another node takes it, or this one when it has room");
            case WRITE_ERROR -> Optional.of("nothing was changed, the disk of the node that took this push failed; push"
                + " again: another node takes it");
            case CORRUPT, MISSING, READ_ERROR -> Optional.empty();
        };
    }

    private Received received(InputStream pack, Set<ObjectName> tips, ProgressMonitor progress) throws IOException {
        return switch (checks.receiver().receive(pack, base.objects(), progress, arrival::arrived)) {
            case ReceivedPack.Indexed indexed -> {
                received = Optional.of(indexed);
                withReceived = Optional.of(checks.views().with(base, packs()));
                yield result(checks.connectivity().check(objects(), indexed, tips, roots, progress));
            }
            case ReceivedPack.Empty empty -> check(tips, progress);
            case ReceivedPack.Unusable unusable -> new Received.Unusable(unusable.why());
        };
    }

    @Override
    public Received check(Set<ObjectName> tips, ProgressMonitor progress) throws IOException {
        return result(checks.connectivity().check(objects(), tips, roots, progress));
    }

    @Override
    public PushOutcome commit(List<RefUpdate> updates) {
        PushId attempt = attempts == 0 ? id : PushIds.retry(id, attempts);
        attempts++;
        return commit(attempt, updates, false);
    }

    @Override
    public PushOutcome commitOnce(PushId once, List<RefUpdate> updates) {
        return commit(once, updates, true);
    }

    @Override
    public Optional<PushOutcome> recorded(PushId once, List<RefUpdate> updates) {
        return base.snapshot().outcome(once).map(outcome -> outcome.committed() ? committed(once, outcome, updates)
            : new PushOutcome.NotApplied("push " + once + " was given up before"));
    }

    private PushOutcome committed(PushId once, RecordedOutcome outcome, List<RefUpdate> updates) {
        Optional<Receipt> receipt = base.snapshot().receipt(outcome.at());
        return receipt.filter(kept -> !kept.changes().equals(ChangesDigest.of(updates))).isPresent()
            ? OwnReplica.another(once, outcome.at())
            : new PushOutcome.Committed(outcome.at(), receipt.map(Receipt::nodes).filter(nodes -> !nodes.isEmpty())
                .orElse(List.of(commit.self().node())), receipt);
    }

    private PushOutcome commit(PushId attempt, List<RefUpdate> updates, boolean triedBefore) {
        try {
            return commit.commit(new PushCommit.Candidate(loop, new Pushes.Named(attempt, user), peel(updates),
                packs(), base, received.map(ReceivedPack.Indexed::sync), triedBefore));
        } catch (StorageTroubleException e) {
            return failed(attempt, triedBefore, e, of(e.trouble()).orElse("nothing was changed, this node's disk"
                + " failed"));
        } catch (IOException e) {
            return failed(attempt, triedBefore, e, "nothing was changed, this node's disk failed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new PushOutcome.Indeterminate("push " + attempt
                + " may still take effect, the node is stopping; fetch before pushing again");
        }
    }

    private PushOutcome failed(PushId attempt, boolean triedBefore, IOException cause, String unlessTriedBefore) {
        LOG.atError().addKeyValue("repo", base.id()).addKeyValue("push", id).setCause(cause).log("push failed");
        return triedBefore ? new PushOutcome.Indeterminate("push " + attempt + " may have taken effect before, this"
            + " node's disk failed; fetch before pushing again") : new PushOutcome.Refused(unlessTriedBefore);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (base) {
            withReceived.ifPresent(ObjectView::close);
            received.map(ReceivedPack.Indexed::pin).ifPresent(PackPin::close);
        } finally {
            loop.endErrand();
        }
    }

    private ObjectView objects() {
        return withReceived.orElse(base.objects());
    }

    private List<PackName> packs() {
        return received.stream().map(indexed -> indexed.stored().name()).toList();
    }

    private List<RefUpdate> peel(List<RefUpdate> updates) throws IOException {
        List<RefUpdate> peeled = new ArrayList<>();
        for (RefUpdate update : updates) {
            Optional<RefValue> value = update.newValue();
            if (value.isPresent() && value.get() instanceof RefValue.Direct direct) {
                value = Optional.of(new RefValue.Direct(direct.id(), objects().peel(direct.id())));
            }
            peeled.add(new RefUpdate(update.name(), update.oldValue(), value));
        }
        return peeled;
    }

    private static Received result(Connectivity found) {
        return switch (found) {
            case Connectivity.Complete complete -> new Received.Complete();
            case Connectivity.Incomplete incomplete -> new Received.Incomplete(incomplete.tips());
        };
    }

    /** The state that the push began with, and once it has received its pack that too. Closed with the push. */
    private final class PushView implements RepositoryView {
        @Override
        public RepoId id() {
            return base.id();
        }

        @Override
        public Position at() {
            return base.at();
        }

        @Override
        public RefTable refs() {
            return base.refs();
        }

        @Override
        public RefListing listing() {
            return base.listing();
        }

        @Override
        public Repository git() {
            return objects().git();
        }

        @Override
        public void close() {
            // the push closes it
        }
    }
}
