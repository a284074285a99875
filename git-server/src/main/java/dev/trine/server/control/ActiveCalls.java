package dev.trine.server.control;

import dev.trine.server.hosting.GitService;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the Git calls that the node serves at this moment. Called by many threads. */
public final class ActiveCalls {
    private final AtomicInteger active = new AtomicInteger();

    /** The same service, its calls counted. */
    public GitService counting(GitService service) {
        return call -> {
            active.incrementAndGet();
            try {
                return service.serve(call);
            } finally {
                active.decrementAndGet();
            }
        };
    }

    int now() {
        return active.get();
    }
}
