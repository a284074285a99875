package dev.trine.server;

import dev.trine.common.bulk.BulkListener;
import dev.trine.common.config.ByteSize;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.live.LiveState;
import dev.trine.common.model.Member;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.RpcServer;
import dev.trine.server.admission.WorkTurns;
import dev.trine.server.content.Contents;
import dev.trine.server.control.ActiveCalls;
import dev.trine.server.control.Descriptions;
import dev.trine.server.control.Learning;
import dev.trine.server.control.LockRequests;
import dev.trine.server.control.Neighbours;
import dev.trine.server.control.NodeControlRpc;
import dev.trine.server.control.Tuning;
import dev.trine.server.hosting.Agent;
import dev.trine.server.kept.CacheLimits;
import dev.trine.server.kept.StreamCache;
import dev.trine.server.pkt.RequestMemory;
import dev.trine.server.receive.ReceivePack;
import dev.trine.server.receive.RefUpdates;
import dev.trine.server.replica.Replicas;
import dev.trine.server.repo.DurableFiles;
import dev.trine.server.repo.JGitRuntime;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.rpc.Admission;
import dev.trine.server.rpc.BulkOffers;
import dev.trine.server.rpc.ContentRpc;
import dev.trine.server.rpc.GitTransportRpc;
import dev.trine.server.rpc.RefsRpc;
import dev.trine.server.store.DataDirectory;
import dev.trine.server.store.FatalHandler;
import dev.trine.server.upload.UploadPack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running git server. */
public final class GitServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GitServer.class);

    private final Closer parts;
    private final Member self;
    private final int port;

    private GitServer(Closer parts, Member self, int port) {
        this.parts = parts;
        this.self = self;
        this.port = port;
    }

    /**
     * Starts a node; a start that fails closes what it had opened.
     *
     * @param fatal told when the disk fails later
     * @throws StartException if the operator can mend it
     */
    public static GitServer start(GitServerConfig config, FatalHandler fatal) throws Exception {
        return start(config, fatal, DiskAccess.PLAIN);
    }

    /** As {@link #start(GitServerConfig, FatalHandler)}, with something between the node and its disk. */
    static GitServer start(GitServerConfig config, FatalHandler fatal, DiskAccess access) throws Exception {
        Closer parts = new Closer();
        try {
            return wire(config, fatal, access, parts);
        } catch (Exception e) {
            try {
                parts.close();
            } catch (Exception second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private static GitServer wire(GitServerConfig config, FatalHandler fatal, DiskAccess access, Closer parts)
        throws Exception {
        config.security().checkListen(config.listen());
        RpcChannels channels = parts.open(new RpcChannels(config.security()));
        Clock clock = Clock.systemUTC();
        DataDirectory disk = parts.open(DataDirectory.open(config.data().settings(config.receipts()),
            config.nodeId(), clock, fatal));
        JGitRuntime jgit = parts.open(JGitRuntime.start(config.objects().settings()));
        PackFiles files = openSwept(disk, access, config.data().diskReserve());

        Neighbours neighbours = new Neighbours(config.nodeId(), config.others(), channels);
        Replicas replicas = parts.open(Replicas.start(new Replicas.Disk(disk.member(),
            access.store(disk.replicas()), files, disk.scrubLog(), disk.history(), access.timeouts()), jgit,
            config.objects().limits(), neighbours.channels(), config.replica(), config.catchUp()));

        ActiveCalls active = new ActiveCalls();
        Agent agent = Agent.ofRelease(Release.version());
        Admission admission = new Admission(config.clients());
        WorkTurns turns = WorkTurns.of(config.work(), config.fetch().walkedClonesMax(),
            config.fetch().walkedCloneWaitMax());
        LiveState live = new LiveState();
        LiveBounds bounds = new LiveBounds(config, admission, turns);
        live.whenChanged(bounds::apply);
        StreamCache cache = parts.open(openCache(disk.packCache(), config.packCache().limits(), config));
        StreamCache archives = parts.open(openCache(disk.archiveCache(), config.archive().cacheLimits(), config));
        Optional<BulkListener> bulk = config.bulk().offered()
            ? Optional.of(parts.open(BulkListener.start(config.listen(), config.bulk(), config.security())))
            : Optional.empty();
        RequestMemory memory = RequestMemory.in(Runtime.getRuntime().maxMemory());
        GitTransportRpc git = parts.open(new GitTransportRpc(
            active.counting(new UploadPack(replicas.hosting(), config.fetch(), agent, cache, turns, memory)),
            active.counting(new ReceivePack(replicas.hosting(), config.push(), agent, turns.pushes(), memory)),
            config.clients(), admission, new BulkOffers(bulk, live)));
        ContentRpc content = parts.open(new ContentRpc(
            new Contents(replicas.hosting(), config.raw(), config.archive(), archives, turns), config.clients(),
            admission));
        RefsRpc refs = new RefsRpc(new RefUpdates(replicas.hosting(), config.push()), admission);
        NodeControlRpc control = new NodeControlRpc(disk, replicas, neighbours,
            new LockRequests(replicas, neighbours), new Descriptions(disk, files, replicas), new Learning(replicas),
            active, cache::counts, new Tuning(disk.member().node(), live, bounds.configured()),
            new NodeControlRpc.About(config.zone(), Release.version()));

        RpcServer server = RpcServer.start(config.listen(), config.security(),
            List.of(git, content, refs, replicas.replication(), control));
        AutoCloseable drained = () -> server.stop(config.drain());
        parts.open(drained);
        LOG.atInfo().addKeyValue("node", disk.member().node()).addKeyValue("incarnation", disk.member().incarnation())
            .addKeyValue("port", server.port()).addKeyValue("bulk-port", bulk.map(BulkListener::port).orElse(0))
            .addKeyValue("repositories", disk.replicas().count()).log("serving");
        return new GitServer(parts, disk.member(), server.port());
    }

    /** The pack files, without what a crash left behind. */
    private static PackFiles openSwept(DataDirectory disk, DiskAccess access, ByteSize reserve)
        throws StartException {
        try {
            PackFiles files = PackFiles.open(disk.objects(), disk.replicas()::lists,
                access.disk(new DurableFiles()), reserve.bytes());
            int swept = files.sweep();
            if (swept > 0) {
                LOG.atInfo().addKeyValue("files", swept).log("removed what a crash left behind");
            }
            return files;
        } catch (IOException | UncheckedIOException e) {
            throw new StartException("the pack files in " + disk.objects() + " cannot be looked through (" + e
                + "): mend the permissions, or move away what is no pack", e);
        }
    }

    private static StreamCache openCache(Path directory, CacheLimits limits, GitServerConfig config)
        throws StartException {
        try {
            return StreamCache.open(directory, limits, config.data().diskFreeMin().bytes());
        } catch (IOException | UncheckedIOException e) {
            throw new StartException("the directory of what is kept for clients, " + directory + ", cannot be emptied ("
                + e + "): mend the permissions, or remove it", e);
        }
    }

    /** Who it is. */
    public Member self() {
        return self;
    }

    /** The port that it listens on. */
    public int port() {
        return port;
    }

    /** Takes no more calls, lets running ones end for a bounded time, gives locks back, closes the disk. */
    @Override
    public void close() throws Exception {
        parts.close();
    }
}
