package dev.trine.router.route;

import dev.trine.router.metadata.MigrationPlan;
import dev.trine.router.metadata.RefLimit;
import dev.trine.router.routing.Decision;
import dev.trine.router.version.Routed;
import java.util.List;

/** Where a Git operation goes. */
public sealed interface Way {
    /** A node serves it; and what the caller may not do there with some refs. */
    record Route(Routed routed, Decision.Serve serve, String address, String zone, List<RefLimit> limits)
        implements Way {
        public Route {
            limits = List.copyOf(limits);
        }
    }

    /**
     * An upstream serves it.
     *
     * @param suffix ".git" or nothing, as the client wrote it
     * @param limits what the caller may not do with some refs
     */
    record Upstream(MigrationPlan.Sent sent, String suffix, List<RefLimit> limits) implements Way {
        public Upstream {
            limits = List.copyOf(limits);
        }
    }
}
