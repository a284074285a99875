package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.repo.UnfinishedCopies;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repositories that this node copies without being a member of them (docs/PROTOCOL.md, migration). The replica's
 * own state on disk says that it learns, and from whom: nothing else has to survive a crash. Called by many threads.
 */
public final class Learners {
    private static final Logger LOG = LoggerFactory.getLogger(Learners.class);

    private final Member self;
    private final ReplicaStore store;
    private final LoadedReplicas replicas;
    private final GrpcPeers peers;
    private final CatchUp catchUp;
    private final Removals removals;
    private final Deletions deletions;
    private final UnfinishedCopies copies;
    private final Set<RepoId> learning = ConcurrentHashMap.newKeySet();

    /** What came of asking this node to learn a repository. */
    public enum Learnt {
        /** It learns it, durably. */
        LEARNS,
        /** It is a member already. */
        VOTES,
        /** It was a member, and has not removed what it held yet. */
        RETIRES,
        /** The repository was deleted. */
        DELETED,
        /** The replica did not come to an end in time; nothing was changed. */
        STOPPED
    }

    /** What came of asking this node to forget a repository that it learns. */
    public enum Forgotten {
        /** It holds nothing of it, and never learns it again by itself. */
        GONE,
        /** It is a voter, or the members say that it is one now. */
        VOTES,
        /** The replica did not come to an end in time; nothing was changed. */
        STOPPED
    }

    Learners(Member self, ReplicaStore store, LoadedReplicas replicas, GrpcPeers peers, CatchUp catchUp,
             Removals removals, Deletions deletions, UnfinishedCopies copies) {
        this.self = self;
        this.store = store;
        this.replicas = replicas;
        this.peers = peers;
        this.catchUp = catchUp;
        this.removals = removals;
        this.deletions = deletions;
        this.copies = copies;
    }

    /** Goes on with what a stop of the node interrupted. */
    void resume() {
        learning.addAll(store.repositories(state -> state.role() == Role.LEARNER));
    }

    /** Called every second: looks whether the members have gone on. */
    void follow() {
        for (RepoId repo : learning) {
            if (role(repo) == Role.LEARNER) {
                catchUp.mayLook(repo);
            } else {
                learning.remove(repo);
            }
        }
    }

    /**
     * Begins to learn a repository; idempotent. A replica that is here already, of a generation that has ended by then,
     * is told by this who the members are now, and looks at them.
     *
     * @param generation in force, as a quorum has shown: this node votes in a later one only
     * @param members    of that generation
     */
    public Learnt learn(RepoId repo, long generation, List<Member> members) {
        ReplicaState begin = ReplicaState.learner(generation, members);
        try {
            if (isPassedBy(repo, generation)) {
                removals.tell(repo, members);
                catchUp.mayLook(repo, members);
            }
            Learnt learnt = store.create(repo, begin, Map.of()) ? Learnt.LEARNS : goOn(repo, begin);
            if (learnt == Learnt.LEARNS && learning.add(repo)) {
                LOG.atInfo().addKeyValue("repo", repo).addKeyValue("generation", generation).log("learns");
                catchUp.mayLook(repo);
            }
            return learnt;
        } catch (ReplicaStoppedException e) {
            return Learnt.STOPPED;
        }
    }

    private boolean isPassedBy(RepoId repo, long generation) {
        Optional<ReplicaSnapshot> stored = store.snapshot(repo);
        if (stored.isEmpty()) {
            return false;
        }
        try (ReplicaSnapshot snapshot = stored.get()) {
            return snapshot.state().generation() < generation;
        }
    }

    private Learnt goOn(RepoId repo, ReplicaState begin) throws ReplicaStoppedException {
        return switch (role(repo)) {
            case LEARNER -> Learnt.LEARNS;
            case VOTER, WITHDRAWN -> Learnt.VOTES;
            case DELETED -> Learnt.DELETED;
            case RETIRED -> replicas.alone(repo, () -> beginAgain(repo, begin));
            case UNKNOWN -> throw new IllegalStateException("a state on disk without a role: " + repo);
        };
    }

    /** In the place of a tombstone. What was promised in generations that have ended binds nobody. */
    private Learnt beginAgain(RepoId repo, ReplicaState begin) {
        try (ReplicaSnapshot snapshot = store.snapshot(repo).orElseThrow()) {
            ReplicaState left = snapshot.state();
            if (left.role() != Role.RETIRED || Deletions.hasContents(snapshot)) {
                return Learnt.RETIRES;
            }
            apply(repo, left.generation() > begin.generation()
                ? ReplicaState.learner(left.generation(), left.members()) : begin);
            return Learnt.LEARNS;
        }
    }

    /**
     * Ends that, and removes what was copied; idempotent. What stays is a tombstone, which refers whoever asks to the
     * members.
     */
    public Forgotten unlearn(RepoId repo) throws InterruptedException {
        if (role(repo) == Role.LEARNER && isNamed(repo, state(repo))) {
            return Forgotten.VOTES;
        }
        try {
            Forgotten forgotten = replicas.alone(repo, () -> end(repo));
            if (forgotten == Forgotten.GONE && learning.remove(repo)) {
                LOG.atInfo().addKeyValue("repo", repo).log("learns no more");
            }
            return forgotten;
        } catch (ReplicaStoppedException e) {
            return Forgotten.STOPPED;
        }
    }

    private Forgotten end(RepoId repo) {
        switch (role(repo)) {
            case VOTER, WITHDRAWN -> {
                return Forgotten.VOTES;
            }
            case LEARNER -> {
                ReplicaState state = state(repo);
                apply(repo, new ReplicaState(Role.RETIRED, state.generation(), state.members(), state.promised(),
                    state.base(), state.baseChain(), state.committed(), state.withdrawal()));
                deletions.deleteContents(repo);
                discardCopies(repo);
            }
            case UNKNOWN, RETIRED, DELETED -> { }
        }
        return Forgotten.GONE;
    }

    private void discardCopies(RepoId repo) {
        try {
            copies.discard(repo);
        } catch (IOException e) {
            LOG.atError().addKeyValue("repo", repo).setCause(e).log("what was copied so far is not removed yet");
        }
    }

    /** Whether a member says that this node is one in a later generation: then it must become one. */
    private boolean isNamed(RepoId repo, ReplicaState state) throws InterruptedException {
        for (Member member : state.members()) {
            Optional<ProbeAnswer> answer = member.equals(self) || peers.isDown(member) ? Optional.empty()
                : peers.probe(repo, member);
            if (answer.filter(now -> now.generation() > state.generation() && now.members().contains(self))
                .isPresent()) {
                return true;
            }
        }
        return false;
    }

    private void apply(RepoId repo, ReplicaState state) {
        store.apply(repo, Batch.of(state));
    }

    private Role role(RepoId repo) {
        Optional<ReplicaSnapshot> stored = store.snapshot(repo);
        if (stored.isEmpty()) {
            return Role.UNKNOWN;
        }
        try (ReplicaSnapshot snapshot = stored.get()) {
            return snapshot.state().role();
        }
    }

    private ReplicaState state(RepoId repo) {
        try (ReplicaSnapshot snapshot = store.snapshot(repo).orElseThrow()) {
            return snapshot.state();
        }
    }
}
