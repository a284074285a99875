package dev.trine.server.replica;

import dev.trine.common.lifecycle.Closer;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.hosting.Hosting;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.Timeouts;
import dev.trine.server.repo.Compaction;
import dev.trine.server.repo.Completeness;
import dev.trine.server.repo.ConnectivityCheck;
import dev.trine.server.repo.GitObjects;
import dev.trine.server.repo.JGitRuntime;
import dev.trine.server.repo.PackExport;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackLimits;
import dev.trine.server.repo.PackReceiver;
import dev.trine.server.store.DiskHistory;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import dev.trine.server.store.ScrubLog;
import io.grpc.BindableService;
import io.grpc.Channel;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * This node's replicas: what fetches and pushes see of them, what peers ask of them, and what keeps them level. Called
 * by many threads. Close it after the servers that serve {@link #replication} and {@link #hosting} have stopped to take
 * calls, and before the store.
 */
public final class Replicas implements AutoCloseable {
    private static final int MEMBERS = 3;
    private static final Clock CLOCK = Clock.systemUTC();
    private static final Duration STOP_MAX = Duration.ofSeconds(5);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

    private final Member self;
    private final ReplicaStore store;
    private final LoadedReplicas loaded;
    private final CatchUp catchUp;
    private final Deliveries deliveries;
    private final HostedRepositories hosting;
    private final ReplicationRpc replication;
    private final Consumer<Map<NodeId, Channel>> neighbours;
    private final Learners learners;
    private final Progress progress;
    private final StorageHealth health;
    private final Probation probation;
    private final Closer closer;

    /**
     * The node's disk.
     *
     * @param member who it is
     * @param store  state, log, refs and pack sets
     * @param files  pack files, already swept
     * @param scrub  how far their verification is
     * @param history what tells the disk from an older copy
     * @param timeouts how long its replicas wait, and how much of their logs they keep
     */
    public record Disk(Member member, ReplicaStore store, PackFiles files, ScrubLog scrub, DiskHistory history,
                       Timeouts timeouts) {
    }

    /** What came of creating a replica. */
    public enum Creation {
        /** It is there, as asked for. */
        CREATED,
        /** The node has it with other members or in another generation, or once had it. */
        EXISTS
    }

    private Replicas(Parts parts, Closer closer) {
        this.self = parts.self();
        this.store = parts.store();
        this.loaded = parts.loaded();
        this.catchUp = parts.catchUp();
        this.deliveries = parts.deliveries();
        this.hosting = parts.hosting();
        this.replication = parts.replication();
        this.neighbours = parts.neighbours();
        this.learners = parts.learners();
        this.progress = parts.progress();
        this.health = parts.health();
        this.probation = parts.probation();
        this.closer = closer;
    }

    /** What the door leads to. */
    private record Parts(Member self, ReplicaStore store, LoadedReplicas loaded, CatchUp catchUp,
                         Deliveries deliveries, HostedRepositories hosting, ReplicationRpc replication,
                         Learners learners, Progress progress, StorageHealth health,
                         Probation probation, Consumer<Map<NodeId, Channel>> neighbours) {
    }

    /**
     * Starts to drive the node's replicas, and to find out what they missed while the node was away. Loads none.
     *
     * @param disk     owned by the caller
     * @param jgit     started
     * @param limits   of packs from clients
     * @param peers    channels to the other nodes; owned by the caller, closed after this
     * @param settings what the operator chose
     * @param catchingUp what catching up may cost
     */
    public static Replicas start(Disk disk, JGitRuntime jgit, PackLimits limits, Map<NodeId, Channel> peers,
                                 ReplicaSettings settings, CatchUpSettings catchingUp) {
        Closer closer = new Closer();
        Member self = disk.member();
        ReplicaStore store = disk.store();
        PackFiles files = disk.files();
        ExecutorService threads = threads(closer);
        Progress progress = new Progress(System::nanoTime);
        Returns returns = new Returns();
        GrpcPeers nodes = closer.open(new GrpcPeers(self, peers, System::nanoTime, returns, disk.history()));
        PeerStreams streams = new PeerStreams(self, nodes, settings.transferIdle());
        Views views = new Views(store, new GitObjects(files, jgit), KnownRefs.inPartOfHeap(), CLOCK);
        ConnectivityCheck connectivity = new ConnectivityCheck(jgit);
        Quarantine quarantine = new Quarantine(views, connectivity, CLOCK);
        Shipments shipments = new Shipments(self, streams, files, threads, settings.stageWait());
        long packMax = settings.packMax().bytes();
        Pulling.Disk pulled = new Pulling.Disk(store, views, files);
        Transfers transfers = Transfers.of(pulled, connectivity, streams, progress, catchingUp, packMax);
        Compactor compactor = closer.open(new Compactor(new Compactor.Disk(self, store, views, files),
            new Compaction(files, jgit, CLOCK), nodes, CLOCK, settings.tipsKeep()));
        Deletions deletions = new Deletions(store, files, threads);
        Removals removals = new Removals(new Removals.Node(self, store, nodes, deletions), transfers.copies(),
            catchingUp, CLOCK, threads);
        PackCopies copies = new PackCopies(streams, files, packMax);
        Effects effects = new Effects(store, nodes,
            new Errands(transfers.pulling(), files, quarantine, shipments, copies, threads),
            List.of(compactor, deletions, removals, new DecidedPushes(files, threads)));
        LoadedReplicas loaded = closer.open(
            new LoadedReplicas(self, store, effects, System::nanoTime, settings.loadedMax(), disk.timeouts()));
        Deliveries deliveries = new Deliveries(self, store, loaded);
        Standings standings = new Standings(self, deliveries);
        CatchUp catchUp = closer.open(new CatchUp(self, deliveries, loaded, nodes, progress));
        Learners learners = new Learners(self, store, loaded, nodes, catchUp, removals, deletions, transfers.copies());
        Sweeps sweeps = closer.open(new Sweeps(store, standings, streams, catchUp));
        Probation probation = closer.open(probation(disk, peers, sweeps));
        StorageHealth health = closer.open(new StorageHealth(disk, loaded, nodes, copies, views,
            new Completeness(jgit), settings, CLOCK, catchUp::mayLook)).start();
        OwnReplica own = new OwnReplica(quarantine, store);
        Proposing proposing = new Proposing(own, streams, settings.stageWait());
        PushCommit commit = new PushCommit(self, quarantine, shipments, proposing, CLOCK, settings.stageWait());
        HostedRepositories hosting = new HostedRepositories(loaded, views, health, probation,
            new Pushes(new PackReceiver(files, jgit, limits), connectivity, views, commit), catchUp::mayLook);
        PeerRequests requests = new PeerRequests(self, loaded, files, quarantine, standings, own, packMax);
        Supplies supplies = new Supplies(loaded, views, files, transfers.copier(), new PackExport(files, jgit));
        closer.open(new Pulse(nodes, loaded, catchUp, learners, removals, settings, files)).start();
        begin(compactor, loaded, probation, returns, sweeps);
        return new Replicas(new Parts(self, store, loaded, catchUp, deliveries, hosting,
            new ReplicationRpc(deliveries, requests, supplies, compactor::isRewriting, threads,
                settings.transferIdle(), new Witnesses(self, disk.history(), probation)), learners, progress, health,
            probation, channels -> nodes.know(channels).forEach(sweeps::sweep)), closer);
    }

    /** Repositories as fetches and pushes see them. */
    public Hosting hosting() {
        return hosting;
    }

    /** How sound the node's Git storage is. */
    public StorageHealth health() {
        return health;
    }

    /** The service that peers and routers call. */
    public BindableService replication() {
        return replication;
    }

    /** From now on these are the other nodes; the channels are owned by the caller, closed after this. */
    public void know(Map<NodeId, Channel> others) {
        neighbours.accept(others);
    }

    /** Repositories that this node copies without being a member of them. */
    public Learners learners() {
        return learners;
    }

    /** How far catching up with a repository is. */
    public CatchUpProgress progress(RepoId repo) {
        return progress.of(repo);
    }

    /** What catching up has done since the start. */
    public CatchUpCounters.Counts caughtUp() {
        return progress.counters().now();
    }

    /** Number of repositories of which the node has a replica, retired and deleted ones included. */
    public int count() {
        return store.repositories().size();
    }

    /**
     * Creates an empty replica at generation 1, durably; also succeeds if generation 1 with these members is in force.
     *
     * @param members       three, this node's disk among them, in slot order
     * @param defaultBranch what HEAD points at
     */
    public Creation create(RepoId repo, List<Member> members, RefName defaultBranch) {
        if (members.size() != MEMBERS || members.stream().map(Member::node).distinct().count() != MEMBERS
            || !members.contains(self)) {
            throw new IllegalArgumentException("a repository has three members on three nodes, " + self
                + " among them, not " + members);
        }
        if (store.create(repo, ReplicaState.created(members),
            Map.of(RefName.HEAD, new RefValue.Symbolic(defaultBranch)))) {
            catchUp.mayLook(repo); // the other members may have begun without this one
            return Creation.CREATED;
        }
        try (ReplicaSnapshot present = store.snapshot(repo).orElseThrow()) {
            ReplicaState state = present.state();
            return state.role() == Role.VOTER && state.generation() == 1 && state.members().equals(members)
                ? Creation.CREATED : Creation.EXISTS;
        }
    }

    /**
     * The node's position in a repository; {@link Role#UNKNOWN}: it has none. Empty: the replica stopped itself after
     * a defect, and says nothing more.
     */
    public Optional<ProbeAnswer> probe(RepoId repo) {
        try {
            return Optional.of(deliveries.probe(repo));
        } catch (ReplicaStoppedException e) {
            return Optional.empty();
        }
    }

    /**
     * Takes the lock and commits what the logs hold. See {@link Message.Repair} for the answers; besides,
     * {@link Answer.Refused} if the node is stopping, or has no replica.
     */
    public Answer repair(RepoId repo, long generation) throws InterruptedException {
        return ask(repo, loop -> loop.ask(ticket -> new Message.Repair(ticket, generation)));
    }

    /** Ends a generation; no next members: deletes. See {@link Message.Seal} and {@link #repair}. */
    public Answer seal(RepoId repo, long generation, List<Member> nextMembers) throws InterruptedException {
        return ask(repo, loop -> loop.ask(ticket -> new Message.Seal(ticket, generation, nextMembers)));
    }

    /** A request that was handed on to the lock holder could not be delivered: the next one contends with it. */
    public void unreachable(RepoId repo, Member holder) {
        loaded.loaded(repo).ifPresent(loop -> loop.tell(new Message.Unreachable(holder)));
    }

    /** Number of replicas in memory. */
    int inMemory() {
        return loaded.all().size();
    }

    private Answer ask(RepoId repo, LoadedReplicas.Use<CompletableFuture<Answer>> request)
        throws InterruptedException {
        try {
            probation.check(HostedRepositories.BEHIND_MAX);
            Optional<CompletableFuture<Answer>> asked = loaded.use(repo, request);
            return asked.isEmpty() ? new Answer.Refused("this node has no replica of " + repo)
                : Waiting.await(asked.get(), ANSWER_MAX)
                    .orElseGet(() -> new Answer.Refused("the replica does not answer"));
        } catch (ReplicaStoppedException | OverloadedException e) {
            return new Answer.Refused(e.getMessage());
        }
    }

    private static Probation probation(Disk disk, Map<NodeId, Channel> peers, Sweeps sweeps) {
        return new Probation(disk.member(), disk.history(), peers, () -> sweeps.start(peers.keySet()));
    }

    private static void begin(Compactor compactor, LoadedReplicas loaded, Probation probation, Returns returns,
                              Sweeps sweeps) {
        compactor.start(loaded);
        returns.tell(sweeps::sweep);
        probation.start();
    }

    private static ExecutorService threads(Closer closer) {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        closer.open(() -> stop(threads));
        return threads;
    }

    private static void stop(ExecutorService threads) throws InterruptedException {
        threads.shutdownNow();
        threads.awaitTermination(STOP_MAX.toSeconds(), TimeUnit.SECONDS);
    }

    /** Gives locks back, lets every replica take its last step, ends all threads. */
    @Override
    public void close() throws Exception {
        closer.close();
    }
}
