package dev.trine.server.store;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.RefsDigest;
import dev.trine.server.replication.ReplicaState;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Translates one step of a replica into the changes of one atomic write. */
final class BatchWriter {
    private static final byte[] NOTHING = new byte[0];

    private final RepoId repo;
    private final Reads reads;
    private final Write write;
    private final long nowMillis;
    private final ReceiptWriter receipts;

    BatchWriter(RepoId repo, Reads reads, Write write, ReceiptRule rule, long nowMillis) {
        this.repo = repo;
        this.reads = reads;
        this.write = write;
        this.nowMillis = nowMillis;
        this.receipts = new ReceiptWriter(repo, reads, write, rule, Instant.ofEpochMilli(nowMillis));
    }

    /** Puts a pulled state in the place of the present one: its refs and packs count, log and outcomes go. */
    void switchTo(RocksPull pull, long spaceBefore, ReplicaState before, ReplicaState after) {
        long space = pull.space();
        rememberReplaced(space, spaceBefore);
        write.put(Keys.refSpace(repo), ReplicaValues.encode(space));
        write.delete(Keys.doomedSpace(space));
        if (spaceBefore != RefSpaces.EMPTY) {
            write.put(Keys.doomedSpace(spaceBefore), NOTHING);
        }
        deleteEach(Keys.log(repo), Keys.behind(Keys.log(repo)));
        deleteEach(Keys.outcomes(repo), Keys.behind(Keys.outcomes(repo)));
        pull.packs().forEach(pack -> write.put(Keys.pack(repo, pack), NOTHING));
        receipts.switchTo(pull, before.committed().version(), after.committed().version());
    }

    private void rememberReplaced(long space, long spaceBefore) {
        RocksRefTable after = table(space);
        table(spaceBefore).scan("", (name, before) -> {
            rememberReplaced(Optional.of(before), after.get(name));
            return true;
        });
    }

    /**
     * Writes the step.
     *
     * @param space  where its refs go
     * @param digest of the refs there before
     */
    void write(Batch batch, long space, RefsDigest digest) {
        batch.dropUpTo().ifPresent(version -> deleteEach(Keys.log(repo), Keys.log(repo, version + 1)));
        batch.truncateFrom().ifPresent(version -> deleteEach(Keys.log(repo, version), Keys.behind(Keys.log(repo))));
        batch.put().forEach(entry -> write.put(Keys.log(repo, entry.version()), LogEntries.encode(entry)));
        batch.refs().forEach((name, value) -> writeRef(name, value, space, batch.snapshot().isPresent()));
        receipts.write(batch.applied(), digest, batch.holders());
        batch.outcomesAdded().forEach(
            outcome -> write.put(Keys.outcome(repo, outcome.push()), ReplicaValues.encode(outcome)));
        batch.outcomesDropped().forEach(push -> write.delete(Keys.outcome(repo, push)));
        batch.packsJoined().forEach((push, packs) -> {
            packs.forEach(pack -> write.put(Keys.pack(repo, pack), NOTHING));
            write.delete(Keys.staged(repo, push));
        });
        batch.state().ifPresent(state -> write.put(Keys.state(repo), ReplicaValues.encode(state)));
    }

    private void writeRef(RefName name, Optional<RefValue> value, long space, boolean switched) {
        if (!switched) {
            rememberReplaced(table(space).get(name), value);
        }
        value.ifPresentOrElse(now -> write.put(Keys.ref(space, name), RefValues.encode(now)),
            () -> write.delete(Keys.ref(space, name)));
    }

    private void rememberReplaced(Optional<RefValue> before, Optional<RefValue> after) {
        if (before.isPresent() && before.get() instanceof RefValue.Direct tip
            && !(after.isPresent() && tip.sameAs(after.get()))) {
            ObjectName id = tip.id();
            write.put(Keys.replacedTip(repo, nowMillis, id), NOTHING);
        }
    }

    private RocksRefTable table(long space) {
        LongSupplier fixed = () -> space;
        return new RocksRefTable(reads, fixed);
    }

    /** One by one: a range tombstone would slow down every later read, and there are few. */
    private void deleteEach(byte[] from, byte[] end) {
        reads.range(from, end, Integer.MAX_VALUE).forEach(pair -> write.delete(pair.key()));
    }
}
