package dev.trine.lab.sim;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code trine lab sim}: searches seeds for a run of the simulated cluster that breaks an invariant. */
@Command(name = "sim",
    description = {"Runs the protocol in a simulated cluster with simulated faults, one run for each seed.",
        "The first run that breaks an invariant ends the search and is told."},
    footer = {"", "Examples:", "  trine lab sim --seeds 20000", "  trine lab sim --from 843 --seeds 1 --trace",
        "  trine lab sim --seeds 100000 --threads 2 -o json"})
public final class SimCommand implements Callable<Integer> {
    private static final int PROGRESS_MILLIS = 500;
    private static final int STOP_SECONDS = 30;

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "1000",
        description = "How many seeds to run (default: ${DEFAULT-VALUE}).")
    private long seeds = 1_000;

    @Option(names = "--from", paramLabel = "S", defaultValue = "0",
        description = "The first seed (default: ${DEFAULT-VALUE}).")
    private long from;

    @Option(names = "--threads", paramLabel = "T", description = "Runs at once (default: one per processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = {"-o", "--output"}, paramLabel = "table|json", defaultValue = "table",
        description = "What to write: a table for people, or JSON (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TABLE;

    @Option(names = "--trace", description = "Tell everything that happens in the one seed that is run.")
    private boolean trace;

    @Spec
    private CommandSpec spec;

    /** What can be written. */
    enum Format {
        TABLE, JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (seeds < 1 || threads < 1 || from < 0) {
            throw new ParameterException(spec.commandLine(),
                "--seeds and --threads must be 1 or more, --from 0 or more");
        }
        if (trace && seeds != 1) {
            throw new ParameterException(spec.commandLine(), "--trace tells one seed: add --seeds 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        Campaign campaign = trace ? new Campaign(from, 1, 1, seed -> Simulation.run(seed, out::println))
            : new Campaign(from, seeds, threads);
        CountDownLatch told = new CountDownLatch(1);
        Thread interrupt = new Thread(() -> stop(campaign, told));
        Runtime.getRuntime().addShutdownHook(interrupt);
        try {
            Summary summary = run(campaign);
            tell(summary, out);
            return summary.isGood() ? 0 : 1;
        } finally {
            told.countDown();
            unhook(interrupt);
        }
    }

    /** Ctrl-C: what was found so far is told before the process ends. */
    private static void stop(Campaign campaign, CountDownLatch told) {
        campaign.stop();
        try {
            told.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void unhook(Thread interrupt) {
        try {
            Runtime.getRuntime().removeShutdownHook(interrupt);
        } catch (IllegalStateException e) {
            return; // the process is ending already, and the hook with it
        }
    }

    private Summary run(Campaign campaign) throws InterruptedException {
        if (System.console() == null || trace) {
            return campaign.run();
        }
        Thread progress = Thread.startVirtualThread(() -> progress(campaign));
        try {
            return campaign.run();
        } finally {
            progress.interrupt();
            progress.join();
        }
    }

    private void progress(Campaign campaign) {
        PrintWriter err = spec.commandLine().getErr();
        long began = System.nanoTime();
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(PROGRESS_MILLIS);
                double seconds = (System.nanoTime() - began) / 1e9;
                err.printf(Locale.ROOT, "\r%,d of %,d seeds, %.0f seeds/s ", campaign.done(), seeds,
                    campaign.done() / seconds);
                err.flush();
            }
        } catch (InterruptedException e) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }

    private void tell(Summary summary, PrintWriter out) {
        switch (format) {
            case JSON -> out.println(JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                .writeValueAsString(summary.toMap()));
            case TABLE -> out.print(summary.toText());
        }
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        summary.failed().stream().limit(1).forEach(failed -> failed.failure().ifPresent(failure -> {
            err.printf("%nseed %d, event %d, %d ms:%n%s%n%n", failed.seed(), failed.events(), failure.atMillis(),
                failure.what());
            if (!trace) {
                err.printf("the last events before it:%n%s%n%nthe whole run again: trine lab sim --from %d --seeds 1"
                    + " --trace%n", failure.trace(), failed.seed());
            }
        }));
        err.flush();
    }
}
