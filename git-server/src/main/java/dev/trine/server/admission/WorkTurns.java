package dev.trine.server.admission;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The turns of a node. A piece of work takes one of one kind, so nobody who has one waits for another.
 *
 * @param packs  for making packs that nobody was sent before
 * @param walks  for making those whose objects have to be found by walking all of history; taken instead, not as well
 * @param pushes for working through packs that were received
 */
public record WorkTurns(Turns packs, Turns walks, Turns pushes) {
    private static final String WAIT_MAX = "work.wait-max";

    /**
     * Those of this machine.
     *
     * @param walksMax     clones at once that walk
     * @param walkWaitMax  longest wait of such a one
     */
    public static WorkTurns of(WorkSettings settings, int walksMax, Duration walkWaitMax) {
        LongSupplier nanos = System::nanoTime;
        return new WorkTurns(
            new Turns(new Purpose("making packs", "work.packs-max", WAIT_MAX),
                settings.limits(turns(settings.packsMax())), settings.waitMax(), nanos),
            new Turns(new Purpose("clones of repositories that have no bitmap yet", "fetch.walked-clones-max",
                "fetch.walked-clone-wait-max"), settings.limits(walksMax), walkWaitMax, nanos),
            new Turns(new Purpose("working through received packs", "work.pushes-max", WAIT_MAX),
                settings.limits(turns(settings.pushesMax())), settings.waitMax(), nanos));
    }

    /** From now on packs and pushes have these turns, and all three kinds of work these other bounds but for waits. */
    public void limit(WorkSettings now, int walksMax, Duration walkWaitMax) {
        packs.limit(now.limits(turns(now.packsMax())), now.waitMax());
        walks.limit(now.limits(walksMax), walkWaitMax);
        pushes.limit(now.limits(turns(now.pushesMax())), now.waitMax());
    }

    private static int turns(int set) {
        Runtime machine = Runtime.getRuntime();
        return WorkSettings.turns(set, machine.availableProcessors(), machine.maxMemory());
    }
}
