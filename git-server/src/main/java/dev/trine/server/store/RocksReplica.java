package dev.trine.server.store;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.RefTable;
import dev.trine.server.replication.ReplicaState;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Reads the values of one replica out of one state of the database. */
final class RocksReplica {
    private static final int REPO_LENGTH = 17;

    private final Reads reads;
    private final RepoId repo;

    RocksReplica(Reads reads, RepoId repo) {
        this.reads = reads;
        this.repo = repo;
    }

    /** Empty: the node has no replica of the repository. */
    Optional<ReplicaState> state() {
        return reads.get(Keys.state(repo)).map(ReplicaValues::decodeState);
    }

    List<Logged> log() {
        return reads.all(Keys.log(repo), pair -> LogEntries.decode(pair.value()));
    }

    Position last(ReplicaState state) {
        return reads.last(Keys.log(repo)).map(pair -> LogEntries.decodePosition(pair.value()))
            .orElse(state.base());
    }

    /** Chain value of the committed entry. */
    Chain chain(ReplicaState state) {
        if (state.committed().version() == state.base().version()) {
            return state.baseChain();
        }
        return reads.get(Keys.log(repo, state.committed().version())).map(LogEntries::decode).map(Logged::chain)
            .orElseThrow(() -> new StoreException("the log has no entry at the committed " + state.committed()));
    }

    List<RecordedOutcome> outcomes() {
        return reads.all(Keys.outcomes(repo), pair -> ReplicaValues.decodeOutcome(pair.value())).stream()
            .sorted(Comparator.comparingLong(outcome -> outcome.at().version())).toList();
    }

    List<StagedPush> staged() {
        return reads.all(Keys.staged(repo), pair -> ReplicaValues.decodeStaged(pair.value()));
    }

    List<PackName> packs() {
        return reads.all(Keys.packs(repo), pair -> new PackName(hexTail(pair.key(), REPO_LENGTH)));
    }

    boolean hasPack(PackName pack) {
        return reads.get(Keys.pack(repo, pack)).isPresent();
    }

    long gcGeneration() {
        return reads.get(Keys.gcGeneration(repo)).map(ReplicaValues::decodeNumber).orElse(0L);
    }

    /** The ref space in use; a replica whose contents were deleted has {@link RefSpaces#EMPTY}. */
    long refSpace() {
        return reads.get(Keys.refSpace(repo)).map(ReplicaValues::decodeNumber).orElse(RefSpaces.EMPTY);
    }

    RefTable refs() {
        return new RocksRefTable(reads, this::refSpace);
    }

    /** Replaced tips with the time of their replacement at or above a key. */
    List<ObjectName> replacedTipsFrom(byte[] from) {
        return reads.range(from, Keys.behind(Keys.replacedTips(repo)), Integer.MAX_VALUE).stream()
            .map(pair -> new ObjectName(hexTail(pair.key(), REPO_LENGTH + Long.BYTES))).toList();
    }

    private static String hexTail(byte[] key, int from) {
        return HexFormat.of().formatHex(key, from, key.length);
    }
}
