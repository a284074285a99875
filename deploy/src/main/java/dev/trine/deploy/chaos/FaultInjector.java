package dev.trine.deploy.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Carries faults out, one at a time: lays one on, lets it last, heals it, and says what it did. One thread. */
final class FaultInjector {
    /** How long a fault on a line lasts that nothing passes: two nodes without a common duty have little to say. */
    private static final Duration UNTOUCHED_MAX = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final Disks disks;
    private final Repositories repositories;
    private final Supplier<Duration> clock;
    private final Interruption interruption;
    private final FaultLog log;

    FaultInjector(Cluster cluster, Repositories repositories, Supplier<Duration> clock, Interruption interruption,
                  FaultLog log) {
        this.cluster = cluster;
        this.disks = new Disks(cluster.directory());
        this.repositories = repositories;
        this.clock = clock;
        this.interruption = interruption;
        this.log = log;
    }

    /** What a fault did, and whether it did anything. */
    private record Effect(String text, boolean fired) {
    }

    /** From the fault's begin until everything is whole again. */
    FaultRecord carryOut(Schedule.Entry entry) throws Exception {
        Duration begun = clock.get();
        Effect effect = switch (entry.fault()) {
            case Fault.Kill fault -> kill(List.of(fault.service()), entry.lasts());
            case Fault.TwoKilled fault -> kill(List.of(fault.first(), fault.second()), entry.lasts());
            case Fault.Freeze fault -> freeze(cluster.service(fault.service()), entry.lasts());
            case Fault.Isolate fault -> onLines(entry.lasts(), () -> cluster.links().isolate(fault.node()));
            case Fault.OneWay fault -> onLines(entry.lasts(),
                () -> cluster.links().cutOneWay(fault.from(), fault.to()));
            case Fault.Delay fault -> onLines(entry.lasts(),
                () -> cluster.links().change(fault.node(), state -> state.withDelay(fault.each())));
            case Fault.Throttle fault -> onLines(entry.lasts(),
                () -> cluster.links().change(fault.node(), state -> state.withBytesPerSecond(fault.bytesPerSecond())));
            case Fault.Reset fault -> onLines(entry.lasts(),
                () -> cluster.links().change(fault.node(), LinkState::withRefusal));
            case Fault.DiskFull fault -> fillDisk(fault.node(), entry.lasts());
            case Fault.DiskLost fault -> loseDisk(fault.node(), entry.lasts());
            case Fault.Database fault -> database(fault.kind(), entry.lasts());
            case Fault.RollingRestart fault -> restartAll();
        };
        List<String> deaths = reviveTheDead(entry.fault().kind() == FaultKind.DISK_FULL);
        String text = effect.text() + (deaths.isEmpty() ? "" : "; " + String.join(", ", deaths));
        FaultRecord fault = new FaultRecord(entry, begun, clock.get(), text, effect.fired());
        log.add(fault);
        return fault;
    }

    private void hold(Duration lasts) throws InterruptedException {
        interruption.pause(lasts);
    }

    private Effect kill(List<String> names, Duration lasts) throws IOException, InterruptedException {
        List<ServiceProcess> victims = names.stream().map(cluster::service).toList();
        boolean fired = true;
        for (ServiceProcess victim : victims) {
            fired &= victim.isAlive();
            victim.kill();
        }
        hold(lasts);
        Duration restart = clock.get();
        for (ServiceProcess victim : victims) {
            victim.start();
        }
        for (ServiceProcess victim : victims) {
            cluster.awaitReady(victim);
        }
        return new Effect("took requests again " + seconds(clock.get().minus(restart)) + " after its start", fired);
    }

    private Effect freeze(ServiceProcess victim, Duration lasts) throws IOException, InterruptedException {
        victim.freeze();
        hold(lasts);
        boolean alive = victim.isAlive();
        victim.thaw();
        return new Effect("stood still for " + seconds(lasts), alive);
    }

    private Effect onLines(Duration lasts, Runnable fault) throws InterruptedException {
        long before = cluster.links().touched();
        long begun = System.nanoTime();
        fault.run();
        hold(lasts);
        while (cluster.links().touched() == before && !interruption.hasCome()
            && !interruption.isOver(begun, UNTOUCHED_MAX, System.nanoTime())) {
            hold(Duration.ofSeconds(1));
        }
        cluster.links().heal();
        long touched = cluster.links().touched() - before;
        return new Effect("touched " + touched + " packets, messages or connections", touched > 0);
    }

    private Effect fillDisk(String node, Duration lasts) throws IOException, InterruptedException {
        long ballast = disks.fill(node);
        hold(lasts);
        boolean ended = !cluster.service(node).isAlive();
        disks.empty(node);
        return new Effect("filled with " + (ballast >> 20) + " MiB, "
            + (ended ? "the node ended itself" : "the node lived on"), ballast > 0);
    }

    private Effect loseDisk(String node, Duration lasts) throws Exception {
        ServiceProcess victim = cluster.service(node);
        victim.kill();
        disks.wipe(node);
        hold(lasts);
        victim.start();
        cluster.awaitReady(victim);
        Duration begun = clock.get();
        long moved = new NodeReplacement(cluster, interruption).replace(node);
        return new Effect("replaced: " + moved + " repositories in " + seconds(clock.get().minus(begun)), true);
    }

    private Effect database(FaultKind kind, Duration lasts) throws IOException, InterruptedException {
        MariaDb database = cluster.database().orElseThrow();
        switch (kind) {
            case DATABASE_KILLED -> {
                database.process().kill();
                hold(lasts);
                database.start();
                return new Effect("was away for " + seconds(lasts), true);
            }
            case DATABASE_FROZEN -> {
                database.process().freeze();
                hold(lasts);
                database.process().thaw();
                return new Effect("stood still for " + seconds(lasts), true);
            }
            default -> {
                List<String> forgotten = repositories.forgetCreated();
                hold(lasts);
                database.restore();
                return new Effect("forgot the names of " + forgotten.size() + " repositories", true);
            }
        }
    }

    private Effect restartAll() throws IOException, InterruptedException {
        int restarted = 0;
        int killed = 0;
        for (ServiceProcess service : cluster.services()) {
            if (interruption.hasCome()) {
                break;
            }
            killed += service.stop() ? 0 : 1;
            service.start();
            cluster.awaitReady(service);
            restarted++;
        }
        return new Effect(restarted + " processes restarted" + (killed == 0 ? "" : ", " + killed
            + " had to be killed"), restarted > 0);
    }

    /** Starts again whatever has ended, so that the next fault finds everything whole. */
    private List<String> reviveTheDead(boolean expected) throws IOException, InterruptedException {
        List<String> deaths = new ArrayList<>();
        for (ServiceProcess service : cluster.services()) {
            if (!service.isAlive()) {
                String death = service.name() + " had ended with status " + service.exitStatus();
                deaths.add(death);
                if (!expected) {
                    log.addOwnDeath(death);
                }
                service.start();
                cluster.awaitReady(service);
            }
        }
        return deaths;
    }

    private static String seconds(Duration duration) {
        return String.format("%.1f s", duration.toMillis() / 1000.0);
    }
}
