package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefUpdate;
import dev.trine.server.replication.Effect;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackPin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a replica's steps send this node out for: to fetch objects, to bring some to a peer, to pull a state. Each runs
 * on a thread of its own and ends in one message to the replica, whatever happens.
 */
final class Errands {
    private static final Logger LOG = LoggerFactory.getLogger(Errands.class);

    private final Pulling pulling;
    private final PackFiles files;
    private final Quarantine quarantine;
    private final Shipments shipments;
    private final PackCopies copies;
    private final ExecutorService threads;

    /** One trip. */
    @FunctionalInterface
    private interface Trip {
        /** Returns what to tell the replica. */
        Message run() throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException;
    }

    Errands(Pulling pulling, PackFiles files, Quarantine quarantine, Shipments shipments, PackCopies copies,
            ExecutorService threads) {
        this.pulling = pulling;
        this.files = files;
        this.quarantine = quarantine;
        this.shipments = shipments;
        this.copies = copies;
        this.threads = threads;
    }

    void fetchObjects(ReplicaLoop loop, Effect.FetchObjects effect) {
        run(loop, "fetch objects", new Message.ObjectsNotFetched(effect.from()), () -> {
            List<LogEntry.Push> before = new ArrayList<>();
            for (LogEntry.Push push : effect.pushes()) {
                if (!fetch(loop, effect.from(), push, before)) {
                    return new Message.ObjectsNotFetched(effect.from());
                }
                before.add(push);
            }
            return new Message.ObjectsFetched(effect.from(), ids(effect.pushes()));
        });
    }

    void stageTo(ReplicaLoop loop, Effect.StageTo effect) {
        run(loop, "stage at a peer", new Message.NotStagedAt(effect.peer()), () -> {
            for (LogEntry.Push push : effect.pushes()) {
                if (!bring(loop, effect.peer(), push)) {
                    return new Message.NotStagedAt(effect.peer());
                }
            }
            return new Message.StagedAt(effect.peer(), ids(effect.pushes()));
        });
    }

    void pull(ReplicaLoop loop, Effect.StartPull effect) {
        Message failed = new Message.NotPulled(effect.from());
        run(loop, "pull", failed, () -> pulling.pull(loop, effect.from()) ? new Message.Tick() : failed);
    }

    private void run(ReplicaLoop loop, String what, Message failed, Trip trip) {
        loop.beginErrand();
        threads.execute(() -> {
            Message outcome = failed;
            try {
                outcome = trip.run();
            } catch (PeerUnavailableException | CorruptPackException | IllegalArgumentException e) {
                LOG.atInfo().addKeyValue("repo", loop.repo()).log("could not {}: {}", what, e.getMessage());
            } catch (IOException e) {
                LOG.atError().addKeyValue("repo", loop.repo()).setCause(e).log("could not {}", what);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                loop.tell(outcome);
                loop.endErrand();
            }
        });
    }

    private boolean fetch(ReplicaLoop loop, Member from, LogEntry.Push push, List<LogEntry.Push> before)
        throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException {
        Set<ObjectName> tips = Quarantine.tips(push.updates());
        try (PackPin held = files.pin(loop.repo(), push.packs())) {
            List<PackPin> fetched = new ArrayList<>();
            try {
                for (PackName pack : push.packs()) {
                    if (files.has(loop.repo(), pack)) {
                        files.sync(loop.repo(), pack);
                    } else {
                        fetched.add(copies.fetch(from, loop.repo(), pack));
                    }
                }
                return quarantine.stage(loop, push.pushId(), push.packs(), tips, before).isPresent();
            } finally {
                fetched.forEach(PackPin::close);
            }
        }
    }

    private boolean bring(ReplicaLoop loop, Member peer, LogEntry.Push push) throws IOException, InterruptedException {
        Optional<Shipment> underWay = shipments.underWay(push.pushId(), peer);
        if (underWay.isPresent() && underWay.get().awaitPeer(peer, shipments.answerMax())) {
            return true;
        }
        ReplicaState state = loop.shown().state();
        Shipments.Goods goods =
            new Shipments.Goods(push.pushId(), Quarantine.tips(push.updates()), push.packs(),
                push.updates().stream().map(RefUpdate::name).toList());
        return shipments.start(loop.repo(), state.generation(), state.committed(), goods, List.of(peer))
            .awaitPeer(peer, shipments.answerMax());
    }

    private static Set<PushId> ids(List<LogEntry.Push> pushes) {
        return pushes.stream().map(LogEntry.Push::pushId).collect(Collectors.toSet());
    }
}
