package dev.trine.common.relay;

import dev.trine.common.live.LiveState;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the router again and again for newer live values; while it does not answer, a proxy keeps those that it has. */
public final class LivePoll implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LivePoll.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final RouterClient router;
    private final LiveState state;
    private final Thread loop;

    private LivePoll(RouterClient router, LiveState state) {
        this.router = router;
        this.state = state;
        this.loop = Thread.ofVirtual().name("live-poll").unstarted(this::run);
    }

    /** Begins, without waiting for the first answer. */
    public static LivePoll start(RouterClient router, LiveState state) {
        LivePoll poll = new LivePoll(router, state);
        poll.loop.start();
        return poll;
    }

    private void run() {
        try {
            while (true) {
                ask();
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() {
        try {
            router.newer(state.now()).ifPresent(state::take);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("newer live values cannot be used by all; they are asked for again");
        }
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
