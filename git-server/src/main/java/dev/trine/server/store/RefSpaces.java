package dev.trine.server.store;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Numbers of ref spaces: each is used once. A replica's refs lie in one space, so that a pulled state can be written
 * into another one at leisure and be switched to in one batch. A space that no replica uses is listed as doomed in the
 * same batch that makes it so, and deleted when there is time, at the next start at the latest.
 */
final class RefSpaces {
    /** Never used: the refs of a replica without contents. */
    static final long EMPTY = 0;

    private static final int RESERVED_AT_ONCE = 256;

    private final Database database;
    private final ReentrantLock lock = new ReentrantLock();
    private long next; // guarded by lock: numbers must be handed out once, whoever asks
    private long reservedEnd; // guarded by lock

    RefSpaces(Database database) {
        this.database = database;
        this.next = database.newest().get(Keys.NEXT_REF_SPACE).map(ReplicaValues::decodeNumber).orElse(EMPTY + 1);
        this.reservedEnd = next;
    }

    /** A number that was never handed out, before or after any restart. */
    long allocate() {
        lock.lock();
        try {
            if (next == reservedEnd) {
                reserve(next + RESERVED_AT_ONCE);
                reservedEnd = next + RESERVED_AT_ONCE;
            }
            return next++;
        } finally {
            lock.unlock();
        }
    }

    private void reserve(long end) {
        try (Write reservation = database.write()) {
            reservation.put(Keys.NEXT_REF_SPACE, ReplicaValues.encode(end));
            reservation.sync();
        }
    }

    /** Deletes the refs of spaces that no replica uses; reads of snapshots still find them. */
    void delete(List<Long> spaces) {
        try (Write write = database.write()) {
            for (long space : spaces) {
                write.deleteRange(Keys.refs(space), Keys.refs(space + 1));
                write.delete(Keys.doomedSpace(space));
            }
            write.later();
        }
    }

    /** The spaces that no replica uses. */
    List<Long> doomed() {
        return database.newest().all(Keys.doomedSpaces(), pair -> Keys.space(pair.key()));
    }
}
