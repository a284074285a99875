package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.wire.Wire;
import dev.trine.proto.PackHeader;
import dev.trine.proto.PullRequest;
import dev.trine.server.replication.Link;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.PullId;
import dev.trine.server.repo.Connectivity;
import dev.trine.server.repo.ConnectivityCheck;
import dev.trine.server.repo.ObjectView;
import dev.trine.server.repo.PackCopy;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackPin;
import dev.trine.server.store.PulledRefs;
import dev.trine.server.store.ReplicaStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over peers' committed states: refs and the like into a place that nobody sees, objects onto the disk, durable;
 * then one batch of the replica switches to all of it. A number of repositories are copied whole at a time; differences
 * are small, and wait for none. Called by many threads.
 */
final class Pulling {
    private static final Logger LOG = LoggerFactory.getLogger(Pulling.class);
    private static final int PACKS_MAX = 10_000;

    private final Disk disk;
    private final ConnectivityCheck connectivity;
    private final PeerStreams streams;
    private final PackCopier copier;
    private final Progress progress;
    private final CatchUpCounters counters;
    private final long packBytesMax;
    private final Semaphore turns;
    private final AtomicLong pulls = new AtomicLong();

    /** Where states are taken over. */
    record Disk(ReplicaStore store, Views views, PackFiles files) {
    }

    /**
     * Pulls nothing yet.
     *
     * @param packBytesMax greatest pack with its index that is accepted
     * @param parallel     how many repositories are copied whole at the same time
     */
    Pulling(Disk disk, ConnectivityCheck connectivity, PeerStreams streams, PackCopier copier, Progress progress,
            long packBytesMax, int parallel) {
        this.disk = disk;
        this.connectivity = connectivity;
        this.streams = streams;
        this.copier = copier;
        this.progress = progress;
        this.counters = progress.counters();
        this.packBytesMax = packBytesMax;
        this.turns = new Semaphore(parallel, true);
    }

    /** Takes over a peer's state. Returns whether it was newer, and complete. */
    boolean pull(ReplicaLoop loop, Member from)
        throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException {
        PullId id = new PullId(pulls.incrementAndGet());
        try (Progress.Copy copy = progress.begin(loop.repo(), from);
             CommittedView mine = disk.views().open(loop.repo()).orElseThrow();
             PulledRefs refs = disk.store().pull(loop.repo(), id);
             PullSink sink = new PullSink(mine, refs, disk.files(), packBytesMax)) {
            streams.pull(from, request(loop, mine), chunk -> {
                sink.take(chunk);
                if (chunk.hasHeader()) {
                    copy.leadsTo(chunk.getHeader().getCommitted().getVersion());
                } else if (chunk.hasFiles()) {
                    copyAll(loop, from, sink, chunk.getFiles().getPacksList(), copy);
                } else if (chunk.hasData()) {
                    copy.came(chunk.getData().size());
                    counters.bytesCopied(chunk.getData().size());
                }
                return !chunk.hasFiles();
            });
            Optional<Link> other = sink.otherHistory();
            if (other.isPresent()) {
                loop.tell(new Message.Diverged(from, sink.mine(), other.get()));
                return false;
            }
            if (!sink.finish() || !isComplete(mine, sink)) {
                return false;
            }
            loop.tell(sink.pulled(id, from));
            // the switch has happened, or will not, once the loop is past that message: only then may the pull go
            loop.between(() -> { }).join();
            pulled(loop, from, mine.at().version(), copy);
            return true;
        }
    }

    private void pulled(ReplicaLoop loop, Member from, long before, Progress.Copy copy) throws IOException {
        long now = loop.shown().state().committed().version();
        if (now > before) {
            counters.pulled();
            copier.discard(loop.repo());
            LOG.atInfo().addKeyValue("repo", loop.repo()).addKeyValue("peer", from.node()).addKeyValue("from", before)
                .addKeyValue("version", now).addKeyValue("bytes", copy.bytes())
                .addKeyValue("seconds", copy.seconds()).log("caught up");
        }
    }

    private PullRequest request(ReplicaLoop loop, CommittedView mine) throws IOException {
        long objects = 0;
        for (PackName pack : mine.snapshot().packs()) {
            objects += disk.files().describe(loop.repo(), pack).objects();
        }
        PullRequest.Builder request = PullRequest.newBuilder().setRepoId(loop.repo().value())
            .setSender(Wire.toProto(streams.self())).setHave(Wire.toProto(mine.at()))
            .setHaveChain(LogEntries.chain(mine.snapshot().chain())).setTakesFiles(true).setHaveObjects(objects);
        PullSource.targets(mine.refs()).forEach(tip -> request.addHaveTips(Wire.toProto(tip)));
        return request.build();
    }

    private void copyAll(ReplicaLoop loop, Member from, PullSink sink, List<PackHeader> headers, Progress.Copy copy)
        throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException {
        LogEntries.bounded(headers.size(), PACKS_MAX, "packs of one state");
        List<PackCopy.Announced> lacking = new ArrayList<>();
        long total = 0;
        long here = 0;
        for (PackHeader header : headers) {
            PackCopy.Announced pack = copier.announced(header);
            PackPin pin = disk.files().pin(loop.repo(), List.of(pack.name()));
            if (disk.files().has(loop.repo(), pack.name())) {
                sink.copied(pack.name(), pin);
            } else {
                pin.close();
                lacking.add(pack);
                total = Math.addExact(total, pack.bytes());
                here += copier.bytesHere(loop.repo(), pack);
            }
        }
        copy.expects(total, here);
        turns.acquire();
        try {
            for (PackCopy.Announced pack : lacking) {
                PackPin pin = copier.copy(loop.repo(), from, pack, copy, () -> loop.stopped().isPresent());
                sink.copied(pack.name(), pin);
            }
        } finally {
            turns.release();
        }
    }

    /** What was copied whole is complete because its owner's is; asked is only whether it belongs to the refs. */
    private boolean isComplete(CommittedView mine, PullSink sink) throws IOException {
        try (ObjectView both = disk.views().with(mine, sink.packs())) {
            Set<ObjectName> targets = sink.newTargets();
            int missing = sink.isWhole() ? both.lacking(targets) : disconnected(both, targets);
            if (missing > 0) {
                LOG.atWarn().addKeyValue("repo", mine.id()).addKeyValue("missing", missing)
                    .log("a pull brought refs without all of their objects");
            }
            return missing == 0;
        }
    }

    private int disconnected(ObjectView both, Set<ObjectName> targets) throws IOException {
        return switch (connectivity.check(both, targets, Set.of(), NullProgressMonitor.INSTANCE)) {
            case Connectivity.Incomplete incomplete -> incomplete.missingByTip().size();
            case Connectivity.Complete complete -> 0;
        };
    }
}
