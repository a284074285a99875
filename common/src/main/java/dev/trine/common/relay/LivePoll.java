package dev.trine.common.relay;

import dev.trine.common.live.LiveState;
import java.time.Duration;

/** Asks the router again and again for newer live values; while it does not answer, a proxy keeps those that it has. */
public final class LivePoll implements AutoCloseable {
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
                router.newer(state.now()).ifPresent(state::take);
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
