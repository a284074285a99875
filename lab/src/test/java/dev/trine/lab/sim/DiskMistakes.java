package dev.trine.lab.sim;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.PushId;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.ReplicaState;
import java.util.OptionalLong;

/** Mistakes in what is durable, and when. */
final class DiskMistakes implements Mistakes {
    /** One step in so many dies after it has sent and before it has written. */
    private static final int EAGER = 8;

    private final Kind kind;

    DiskMistakes(Kind kind) {
        this.kind = kind;
    }

    enum Kind {
        SEND_BEFORE_SYNC, EPOCH_REUSE, NO_TRUNCATE, TORN_BATCH, ACK_NO_OBJECTS, GC_TAIL, WIPED_VOTES, GC_SOURCE_EARLY
    }

    @Override
    public boolean sendsBeforeSync() {
        return kind == Kind.SEND_BEFORE_SYNC;
    }

    @Override
    public int crashesBeforeSync() {
        return kind == Kind.EPOCH_REUSE ? EAGER : 0;
    }

    @Override
    public boolean appliesTornBatch() {
        return kind == Kind.TORN_BATCH;
    }

    @Override
    public boolean isStaged(SimulatedDisk disk, PushId push) {
        return kind == Kind.ACK_NO_OBJECTS || disk.objects().contains(push);
    }

    @Override
    public boolean sparesTail() {
        return kind != Kind.GC_TAIL;
    }

    @Override
    public boolean reincarnates() {
        return kind != Kind.WIPED_VOTES;
    }

    @Override
    public boolean keepsDataWhileNeeded() {
        return kind != Kind.GC_SOURCE_EARLY;
    }

    @Override
    public void after(Simulation simulation, SimulatedNode node, Message message) {
        if (kind == Kind.GC_SOURCE_EARLY && node.disk().isIn(Role.RETIRED)) {
            new RetiredNode(simulation, node).look();
        }
    }

    @Override
    public Batch written(SimulatedDisk disk, Batch batch) {
        return switch (kind) {
            case NO_TRUNCATE -> new Batch(batch.state(), batch.snapshot(), batch.dropUpTo(), OptionalLong.empty(),
                batch.put(), batch.refs(), batch.applied(), batch.outcomesAdded(), batch.outcomesDropped(),
                batch.packsJoined());
            case EPOCH_REUSE -> new Batch(batch.state().map(state -> forgetful(disk, batch, state)), batch.snapshot(),
                batch.dropUpTo(), batch.truncateFrom(), batch.put(), batch.refs(), batch.applied(),
                batch.outcomesAdded(), batch.outcomesDropped(), batch.packsJoined());
            case SEND_BEFORE_SYNC, TORN_BATCH, ACK_NO_OBJECTS, GC_TAIL, WIPED_VOTES, GC_SOURCE_EARLY -> batch;
        };
    }

    /** The state is written without the promise that it contains, unless the log shows it. */
    private static ReplicaState forgetful(SimulatedDisk disk, Batch batch, ReplicaState state) {
        Epoch shown = batch.put().isEmpty() ? disk.last().epoch() : batch.put().getLast().position().epoch();
        Epoch before = Epoch.max(disk.state().promised(), new Epoch(state.generation(), 0, 0));
        Epoch kept = Epoch.max(Epoch.max(before, shown), state.committed().epoch());
        Epoch promised = kept.isAfter(state.promised()) ? state.promised() : kept;
        return new ReplicaState(state.role(), state.generation(), state.members(), promised, state.base(),
            state.baseChain(), state.committed(), state.withdrawal());
    }
}
