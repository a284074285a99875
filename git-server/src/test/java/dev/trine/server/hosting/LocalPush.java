package dev.trine.server.hosting;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefRejection;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.PackParser;
import org.eclipse.jgit.transport.ReceiveCommand;

/** A push into a plain repository. What is not committed stays behind as objects that no ref names. */
final class LocalPush implements PushSession {
    private static final List<NodeId> NODES = List.of(new NodeId("n1"), new NodeId("n2"));

    private final PushId id;
    private final LocalHosting.LocalView view;
    private final AtomicLong version;
    private Arrival arrival = Optional::empty;

    LocalPush(PushId id, LocalHosting.LocalView view, AtomicLong version) {
        this.id = id;
        this.view = view;
        this.version = version;
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
    public void whenArrived(Arrival what) {
        arrival = what;
    }

    @Override
    public Received receive(InputStream pack, Set<ObjectName> tips, ProgressMonitor progress) throws IOException {
        try (ObjectInserter inserter = view.git().newObjectInserter()) {
            PackParser parser = inserter.newPackParser(pack);
            parser.setAllowThin(true);
            parser.setObjectChecker(new ObjectChecker());
            parser.setCheckEofAfterPackFooter(false);
            parser.parse(progress);
            Optional<String> refused = arrival.arrived();
            if (refused.isPresent()) {
                return new Received.Unusable(refused.get());
            }
            inserter.flush();
        } catch (CorruptObjectException e) {
            return new Received.Unusable(e.getMessage());
        }
        return check(tips, progress);
    }

    @Override
    public Received check(Set<ObjectName> tips, ProgressMonitor progress) throws IOException {
        Set<ObjectName> incomplete = new HashSet<>();
        for (ObjectName tip : tips) {
            if (!isConnected(ObjectId.fromString(tip.hex()))) {
                incomplete.add(tip);
            }
        }
        return incomplete.isEmpty() ? new Received.Complete() : new Received.Incomplete(incomplete);
    }

    private boolean isConnected(ObjectId tip) throws IOException {
        try (ObjectWalk walk = new ObjectWalk(view.git())) {
            walk.markStart(walk.parseAny(tip));
            for (Ref ref : view.git().getRefDatabase().getRefs()) {
                if (ref.getObjectId() != null) {
                    walk.markUninteresting(walk.parseAny(ref.getObjectId()));
                }
            }
            walk.checkConnectivity();
            return true;
        } catch (MissingObjectException e) {
            return false;
        }
    }

    @Override
    public PushOutcome commit(List<RefUpdate> updates) {
        synchronized (version) {
            try {
                return commitNow(updates);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public PushOutcome commitOnce(PushId once, List<RefUpdate> updates) {
        return commit(updates);
    }

    @Override
    public Optional<PushOutcome> recorded(PushId once, List<RefUpdate> updates) {
        return Optional.empty();
    }

    private PushOutcome commitNow(List<RefUpdate> updates) throws IOException {
        Repository git = view.git();
        List<RefRejection> rejections = new ArrayList<>();
        BatchRefUpdate batch = git.getRefDatabase().newBatchUpdate().setAllowNonFastForwards(true).setAtomic(true);
        for (RefUpdate update : updates) {
            Ref current = git.getRefDatabase().exactRef(update.name().value());
            ObjectId held = current == null ? ObjectId.zeroId() : current.getObjectId();
            if (!held.equals(id(update.oldValue()))) {
                rejections.add(new RefRejection(update.name(), RefRejection.Reason.STALE_OLD_VALUE));
            } else if (update.newValue().isPresent()
                && git.getRefDatabase().isNameConflicting(update.name().value())) {
                rejections.add(new RefRejection(update.name(), RefRejection.Reason.NAME_CONFLICT));
            }
            batch.addCommand(new ReceiveCommand(held, id(update.newValue()), update.name().value()));
        }
        Position at = new Position(version.get(), new Epoch(1, 1, 0));
        if (!rejections.isEmpty()) {
            return new PushOutcome.Rejected(at, rejections);
        }
        try (RevWalk walk = new RevWalk(git)) {
            batch.execute(walk, NullProgressMonitor.INSTANCE);
        }
        for (ReceiveCommand command : batch.getCommands()) {
            if (command.getResult() != ReceiveCommand.Result.OK) {
                return new PushOutcome.NotApplied(command.toString());
            }
        }
        return new PushOutcome.Committed(new Position(version.incrementAndGet(), at.epoch()), NODES);
    }

    private static ObjectId id(Optional<RefValue> value) {
        return value.map(v -> switch (v) {
            case RefValue.Direct direct -> ObjectId.fromString(direct.id().hex());
            case RefValue.Symbolic symbolic -> throw new IllegalArgumentException("a symbolic ref: " + symbolic);
        }).orElse(ObjectId.zeroId());
    }

    @Override
    public void close() {
        view.close();
    }
}
