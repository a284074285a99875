package dev.trine.deploy.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The suites of one run, one after the other. What breaks one of them costs the figures of no other. Used by one
 * thread.
 */
final class Programme {
    private final Cast cast;
    private final Report report;
    private final Keeping keeping;
    private final Consumer<String> out;
    private final long began = System.nanoTime();

    /**
     * Who takes part.
     *
     * @param hosts   ours and its peers, by transport
     * @param missing what to do about each transport without a peer
     * @param cluster ours
     * @param load    what the suites share
     */
    record Cast(Map<GitHost.Transport, List<GitHost>> hosts, Map<GitHost.Transport, String> missing,
                LocalCluster cluster, Workload load) {
    }

    /** Keeps what is known so far: called after each suite. */
    @FunctionalInterface
    interface Keeping {
        void keep() throws IOException;
    }

    Programme(Cast cast, Report report, Keeping keeping, Consumer<String> out) {
        this.cast = cast;
        this.report = report;
        this.keeping = keeping;
        this.out = out;
    }

    /** Runs a suite; one that compares, over some transports or over those that it asks for. */
    void run(Suite suite, Optional<GitHost.Transport> only) throws IOException, InterruptedException {
        switch (suite.work()) {
            case Suite.Work.Paired paired -> {
                for (GitHost.Transport transport : only.map(List::of).orElse(suite.over())) {
                    if (cast.hosts().containsKey(transport)) {
                        run(suite, Optional.of(transport), () -> compare(suite, paired, cast.hosts().get(transport)));
                    } else {
                        end(new SuiteEnd(suite.name(), Optional.of(transport), Duration.ZERO,
                            new SuiteEnd.How.NotRun(cast.missing().get(transport))));
                    }
                }
            }
            case Suite.Work.Own own -> run(suite, Optional.empty(), () ->
                own.run(new Alone(cast.cluster(), cast.load(), figure -> out.accept(report.add(suite, figure)))));
        }
    }

    private void compare(Suite suite, Suite.Work.Paired work, List<GitHost> hosts)
        throws IOException, InterruptedException {
        List<String> broken = new ArrayList<>();
        work.run(new Contest(hosts, cast.load(), row -> out.accept(report.add(suite, row)), broken::add));
        if (!broken.isEmpty()) {
            throw new IOException("all figures but some of JGit's are there: " + String.join("; ", broken));
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void run(Suite suite, Optional<GitHost.Transport> over, Work work)
        throws IOException, InterruptedException {
        out.accept(String.format(Locale.ROOT, "-- %s after %d s: %s", suite.name()
            + over.map(transport -> " over " + transport).orElse(""), sinceBegan().toSeconds(), suite.title()));
        long start = System.nanoTime();
        SuiteEnd.How how;
        try {
            work.run();
            how = new SuiteEnd.How.Complete();
        } catch (IOException e) {
            how = new SuiteEnd.How.Broken(Optional.ofNullable(e.getMessage()).orElse(e.toString()));
        } catch (RuntimeException e) {
            how = new SuiteEnd.How.Broken(e + " at " + e.getStackTrace()[0]);
        }
        end(new SuiteEnd(suite.name(), over, Duration.ofNanos(System.nanoTime() - start), how));
    }

    private void end(SuiteEnd end) throws IOException {
        out.accept("-- " + end.line());
        report.add(end);
        keeping.keep();
    }

    private Duration sinceBegan() {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
