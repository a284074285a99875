package dev.trine.router.repositories;

import dev.trine.common.model.Member;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RepoId;
import dev.trine.proto.CreateReplicaReply;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.ClusterMap;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.Node;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Repository.Phase;
import dev.trine.router.metadata.Shard;
import dev.trine.router.nodes.NodeCalls;
import dev.trine.router.nodes.NodeView;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.nodes.Reply;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates repositories: a row in phase CREATING, then the empty replicas, then, when two of the three exist, phase
 * ACTIVE. A creation that was broken off is taken up by whoever next creates the path, or else by the
 * {@link Reconciler}. Any thread; two at once for one path both end with the same repository. Every mutation needs the
 * database: {@link MetadataAwayException}.
 */
public final class Creation implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Creation.class);
    private static final int QUORUM = 2;
    private static final int ATTEMPTS = 5;
    /** How long two replicas wait for the third, so that it need not be made later. */
    private static final Duration THIRD_MAX = Duration.ofMillis(300);

    private final Metadata metadata;
    private final Directory directory;
    private final Nodes nodes;
    private final ReplicaCalls replicas;
    private final String defaultBranch;
    private final SecureRandom random = new SecureRandom();
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    /** Repositories get that default branch, for example "main", unless one is asked for. */
    public Creation(Metadata metadata, Directory directory, Nodes nodes, NodeCalls calls, String defaultBranch) {
        this.metadata = metadata;
        this.directory = directory;
        this.nodes = nodes;
        this.replicas = new ReplicaCalls(calls, nodes);
        this.defaultBranch = branchRef(defaultBranch);
    }

    private static String branchRef(String branch) {
        String name = branch.startsWith("refs/heads/") ? branch : "refs/heads/" + branch;
        if (!RefName.isLegal(name) || name.length() > 255) {
            throw new IllegalArgumentException("'" + branch + "' is not a name for a branch");
        }
        return name;
    }

    /** Creates a repository; {@link Refusal.Reason#TAKEN} if it exists. Empty: the default branch, any shard. */
    public Answer<Repository> create(RepoPath path, String branch, String shard) throws InterruptedException {
        Optional<Repository> before = metadata.repositories().find(path);
        if (before.isPresent() && before.get().phase() != Phase.CREATING) {
            return Answer.refuse(taken(before.get()));
        }
        return begun(path, branch.isEmpty() ? defaultBranch : branchRef(branch), shard, before).then(this::finish)
            .then(finished -> finished.byThisCall() ? Answer.of(finished.repository())
                : Answer.refuse(taken(finished.repository())));
    }

    /** The active repository at that path, created now unless it exists. */
    public Answer<Repository> createOrFind(RepoPath path) throws InterruptedException {
        Optional<Repository> before = metadata.repositories().find(path);
        if (before.isPresent() && before.get().phase() == Phase.ACTIVE) {
            return Answer.of(before.get());
        }
        return begun(path, defaultBranch, "", before).then(this::finish).map(Finished::repository);
    }

    /** Finishes a creation that was broken off; whoever began it has long been answered. */
    Answer<Repository> resume(Repository row) {
        return finish(row).map(Finished::repository);
    }

    private static Refusal taken(Repository by) {
        return Refusal.taken(by.phase() == Phase.DELETING ? "repository " + by.path()
            + " is still being deleted; try again shortly" : "repository " + by.path() + " exists already");
    }

    static Refusal optionLike(RepoPath path) {
        return Refusal.malformed("a repository cannot be called " + path + ": no part of a new path begins with '-',"
            + " which programs take for an option");
    }

    /** The row of that path, entered now unless it is there. */
    private Answer<Repository> begun(RepoPath path, String branch, String shard, Optional<Repository> before)
        throws InterruptedException {
        if (before.isEmpty() && path.looksLikeOption()) {
            return Answer.refuse(optionLike(path));
        }
        Optional<Repository> row = before;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (row.isPresent()) {
                return row.get().phase() == Phase.DELETING ? Answer.refuse(taken(row.get())) : Answer.of(row.get());
            }
            meetAll(shard);
            Answer<Repository> entered = place(shard).then(place -> Answer.of(metadata.repositories()
                .create(newId(), path, place.shard(), place.members(), branch), taken(path)));
            if (!(entered instanceof Answer.Refused<Repository> refused)
                || refused.why().reason() != Refusal.Reason.TAKEN) {
                return entered;
            }
            row = metadata.repositories().find(path);
        }
        return Answer.refuse(taken(path));
    }

    private static Refusal taken(RepoPath path) {
        return Refusal.taken("repository " + path + " exists already");
    }

    private RepoId newId() {
        byte[] bits = new byte[16];
        random.nextBytes(bits);
        return new RepoId(HexFormat.of().formatHex(bits));
    }

    /** Nodes that have just started may not have been met by a heartbeat yet. */
    private void meetAll(String wanted) throws InterruptedException {
        if (nodes.cluster().shards().stream().filter(shard -> wanted.isEmpty() || shard.name().equals(wanted))
            .anyMatch(shard -> members(shard).size() < Shard.NODES)) {
            nodes.beatAll();
        }
    }

    private record Place(String shard, List<Member> members) {
    }

    /** The shard asked for, or the one with the fewest repositories among those with two nodes up. */
    private Answer<Place> place(String wanted) {
        ClusterMap cluster = nodes.cluster();
        List<Shard> shards = cluster.shards().stream()
            .filter(shard -> wanted.isEmpty() || shard.name().equals(wanted)).toList();
        if (shards.isEmpty()) {
            return Answer.refuse(Refusal.notFound(wanted.isEmpty() ? "the cluster has no shard yet; configure one"
                : "there is no shard '" + wanted + "'; list them with 'trine cluster status'"));
        }
        Map<String, Long> counts = metadata.repositories().countByShard();
        List<Shard> complete = shards.stream().filter(shard -> members(shard).size() == Shard.NODES).toList();
        return Answer.of(complete.stream()
                .min(Comparator.comparing((Shard shard) -> nodesUp(shard) < QUORUM)
                    .thenComparing(shard -> counts.getOrDefault(shard.name(), 0L)))
                .map(shard -> new Place(shard.name(), members(shard))),
            Refusal.away("no repository can be created on shard " + shards.getFirst().name() + " before each of its"
                + " nodes " + shards.getFirst().nodes() + " has been reached once; start those that are down"));
    }

    private List<Member> members(Shard shard) {
        return shard.nodes().stream().flatMap(id -> nodes.node(id).flatMap(Node::member).stream()).toList();
    }

    private long nodesUp(Shard shard) {
        Map<?, NodeView> views = nodes.views();
        return shard.nodes().stream().filter(id -> views.get(id) != null
            && views.get(id).state() == NodeView.State.UP).count();
    }

    /** An active repository, and whether it became so by this very call. */
    private record Finished(Repository repository, boolean byThisCall) {
    }

    /** Makes the replicas of a row in phase CREATING, and moves it on. */
    private Answer<Finished> finish(Repository row) {
        if (row.phase() == Phase.ACTIVE) {
            return Answer.of(new Finished(row, false));
        }
        Map<Member, String> problems;
        try {
            problems = makeReplicas(row);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.refuse(Refusal.away("the router is stopping"));
        }
        boolean enough = Shard.NODES - problems.size() >= QUORUM;
        boolean mine = enough && metadata.repositories().advance(row.id(), Phase.CREATING, Phase.ACTIVE);
        directory.changedPath(row.path());
        Optional<Repository> now = metadata.repositories().find(row.id());
        if (mine) {
            log.atInfo().addKeyValue("repo", row.id()).addKeyValue("path", row.path()).log("repository is active");
        }
        if (now.filter(repository -> repository.phase() == Phase.ACTIVE).isPresent()) {
            return Answer.of(new Finished(now.get(), mine));
        }
        return Answer.refuse(Refusal.away("repository " + row.path() + " needs replicas on two nodes, and too few"
            + " could make theirs (" + problems.entrySet().stream()
            .map(problem -> problem.getKey().node() + ": " + problem.getValue()).sorted()
            .collect(Collectors.joining(", ")) + "); it is finished by itself when they are back"));
    }

    private record Made(Member member, Reply<CreateReplicaReply> reply) {
    }

    /** Asks all members at once; returns those that have not made their replica, with the reason. */
    private Map<Member, String> makeReplicas(Repository row) throws InterruptedException {
        BlockingQueue<Made> made = new LinkedBlockingQueue<>();
        List<Member> members = row.placement().members();
        for (Member member : members) {
            calls.submit(() -> {
                Reply<CreateReplicaReply> reply = replicas.create(member, row);
                if (reply instanceof Reply.Done<CreateReplicaReply>) {
                    metadata.repositories().confirm(row.id(), member);
                }
                return made.add(new Made(member, reply));
            });
        }
        Map<Member, String> problems = new HashMap<>();
        members.forEach(member -> problems.put(member, "no answer in time"));
        for (int answers = 0; answers < members.size(); answers++) {
            boolean enough = members.size() - problems.size() >= QUORUM;
            Made next = made.poll(enough ? THIRD_MAX.toMillis() : 5000, TimeUnit.MILLISECONDS);
            if (next == null) {
                break;
            }
            if (next.reply() instanceof Reply.Failed<CreateReplicaReply> failed) {
                problems.put(next.member(), failed.text());
            } else {
                problems.remove(next.member());
            }
        }
        return problems;
    }

    @Override
    public void close() {
        calls.shutdownNow();
    }
}
