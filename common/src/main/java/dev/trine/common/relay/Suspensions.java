package dev.trine.common.relay;

import dev.trine.proto.Credential;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Breaks exchanges off whose credential does not work any more, because its user was suspended or it has expired. Asks
 * again and again while exchanges are under way, and nothing while none is. Called by many threads.
 */
final class Suspensions {
    private static final Logger LOG = LoggerFactory.getLogger(Suspensions.class);
    private static final String SENTENCE = "your account was suspended, or your credential has expired; ask an"
        + " administrator";
    private static final int ASKED_AT_ONCE = 500;

    private final Function<Collection<Credential>, Set<Credential>> ended;
    private final Duration interval;
    private final Map<Stoppable, Credential> underWay = new HashMap<>();
    private boolean watching;

    /**
     * Asks that.
     *
     * @param ended    of some credentials those that do not work any more; none if it cannot be told now
     * @param interval how often
     */
    Suspensions(Function<Collection<Credential>, Set<Credential>> ended, Duration interval) {
        this.ended = ended;
        this.interval = interval;
    }

    /** An exchange begins. */
    synchronized void begins(Stoppable call, User user) {
        if (user.isAnonymous()) {
            return;
        }
        underWay.put(call, user.credential());
        if (!watching) {
            watching = true;
            Thread.ofVirtual().name("suspensions").start(this::watch);
        }
    }

    /** An exchange is over. */
    synchronized void ends(Stoppable call) {
        underWay.remove(call);
    }

    private void watch() {
        try {
            while (goesOn()) {
                Thread.sleep(interval);
                lookOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A defect must not end the watch: nobody would be cut off any more. */
    private void lookOnce() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("whose credentials have ended cannot be told; it is asked again");
        }
    }

    private synchronized boolean goesOn() {
        watching = !underWay.isEmpty();
        return watching;
    }

    private synchronized Map<Stoppable, Credential> underWay() {
        return Map.copyOf(underWay);
    }

    private void look() {
        Map<Stoppable, Credential> seen = underWay();
        List<Credential> all = List.copyOf(new HashSet<>(seen.values()));
        Set<Credential> gone = new HashSet<>();
        for (int from = 0; from < all.size(); from += ASKED_AT_ONCE) {
            gone.addAll(ended.apply(all.subList(from, Math.min(all.size(), from + ASKED_AT_ONCE))));
        }
        seen.forEach((call, credential) -> {
            if (gone.contains(credential)) {
                call.stop(SENTENCE);
            }
        });
    }
}
