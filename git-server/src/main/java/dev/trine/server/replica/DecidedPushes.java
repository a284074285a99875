package dev.trine.server.replica;

import dev.trine.common.model.PushId;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.store.StagedPush;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets staged pushes that were decided without their entry being applied here: pushes that were given up, and those
 * that a pulled state passed over. What they brought is garbage, or came with the pull.
 */
final class DecidedPushes implements Effects.Witness {
    private static final Logger LOG = LoggerFactory.getLogger(DecidedPushes.class);

    private final PackFiles files;
    private final ExecutorService threads;

    DecidedPushes(PackFiles files, ExecutorService threads) {
        this.files = files;
        this.threads = threads;
    }

    @Override
    public void applied(ReplicaLoop loop, Batch batch) {
        List<PushId> decided = batch.outcomesAdded().stream()
            .filter(outcome -> batch.snapshot().isPresent() || !outcome.committed())
            .map(RecordedOutcome::push).filter(push -> loop.staged().get(push).isPresent()).toList();
        if (!decided.isEmpty()) {
            loop.beginErrand();
            threads.execute(() -> {
                try {
                    decided.forEach(push -> forget(loop, push, files));
                } finally {
                    loop.endErrand();
                }
            });
        }
    }

    /** Forgets a push that was staged just now, if it had been decided before: its objects came twice, or late. */
    static void forgetIfLate(ReplicaLoop loop, PushId push, PackFiles files) {
        loop.between(() -> {
            if (loop.isDecided(push)) {
                forget(loop, push, files);
            }
        });
    }

    /** Forgets a push that its owner has given up, unless this node's log has it all the same. */
    static void forgetGivenUp(ReplicaLoop loop, PushId push, PackFiles files) {
        loop.between(() -> {
            if (loop.shown().tail().stream().noneMatch(open -> open.pushId().equals(push))) {
                forget(loop, push, files);
            }
        });
    }

    private static void forget(ReplicaLoop loop, PushId push, PackFiles files) {
        Optional<StagedPush> staged = loop.staged().get(push);
        if (staged.isEmpty()) {
            return;
        }
        loop.staged().unstage(push);
        try {
            files.reap(loop.repo(), staged.get().packs());
        } catch (IOException e) {
            LOG.atError().addKeyValue("repo", loop.repo()).addKeyValue("push", push).setCause(e)
                .log("packs of a decided push not removed");
        }
    }
}
