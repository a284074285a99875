package dev.trine.server.store;

import dev.trine.common.model.RepoId;
import dev.trine.server.replication.RefsDigest;
import dev.trine.server.replication.ReplicaState;

/** Brings a database of an older format to the present one. May be repeated from the start after a crash. */
final class Migration {
    private final Database database;

    Migration(Database database) {
        this.database = database;
    }

    /** Format 1 had neither digests of refs nor receipts. Returns how many replicas were brought up. */
    int fromFormat1() {
        Reads newest = database.newest();
        int migrated = 0;
        for (RepoId repo : newest.all(Keys.states(), pair -> Keys.repo(pair.key()))) {
            RocksReplica replica = new RocksReplica(newest, repo);
            if (replica.refSpace() != RefSpaces.EMPTY) {
                migrate(repo, replica, replica.state().orElseThrow());
                migrated++;
            }
        }
        try (Write last = database.write()) {
            last.sync();
        }
        return migrated;
    }

    private void migrate(RepoId repo, RocksReplica replica, ReplicaState state) {
        try (Write write = database.write()) {
            write.put(Keys.refsDigest(repo), RefsDigest.of(replica.refs()).lanes());
            write.put(Keys.receiptsFrom(repo), ReplicaValues.encode(state.committed().version() + 1));
            write.later();
        }
    }
}
