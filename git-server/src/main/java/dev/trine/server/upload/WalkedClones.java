package dev.trine.server.upload;

import dev.trine.server.pkt.ProtocolErrorException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds how many clones at once find their objects by walking all of history; the others wait for their turn. */
final class WalkedClones {
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);

    private final Semaphore turns;
    private final UploadLimits limits;

    WalkedClones(UploadLimits limits) {
        this.turns = new Semaphore(limits.walkedClonesMax(), true);
        this.limits = limits;
    }

    /** Waits for a turn; whoever got it closes it. */
    Turn await(SignOfLife client) throws IOException, ProtocolErrorException {
        Duration waited = Duration.ZERO;
        try {
            while (!turns.tryAcquire(SIGN_OF_LIFE.toMillis(), TimeUnit.MILLISECONDS)) {
                waited = waited.plus(SIGN_OF_LIFE);
                if (waited.compareTo(limits.walkedCloneWaitMax()) >= 0) {
                    throw new ProtocolErrorException("the server is busy with " + limits.walkedClonesMax()
                        + " clones of repositories that have no bitmap yet; try again in a few minutes");
                }
                client.give();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a turn", e);
        }
        return turns::release;
    }

    /** The right to walk. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /** Tells the client, or whatever lies on the way, that the wait goes on. */
    interface SignOfLife {
        void give() throws IOException;
    }
}
