package dev.trine.common.lifecycle;

import dev.trine.common.config.ConfigException;
import dev.trine.common.config.ConfigFile;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main method that every service shares: reads {@code --config FILE}, prints the configuration, starts the service
 * and closes it on SIGTERM or SIGINT. Exit status: 143 or 130 stopped as asked by SIGTERM or SIGINT, 1 failed, 2 wrong
 * usage or configuration.
 */
public final class ServiceMain {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceMain.class);

    private ServiceMain() {
    }

    /** Starts one service from its configuration. */
    @FunctionalInterface
    public interface Starter<R extends Record> {
        /**
         * Starts.
         *
         * @throws StartException if the operator can mend it; anything else is a defect and shows its trace
         */
        AutoCloseable start(R config) throws Exception;
    }

    /** Runs a service until the process is told to stop; does not return. */
    public static <R extends Record> void run(String name, String[] args, Class<R> type, Starter<R> starter) {
        System.exit(exitCode(name, args, type, starter));
    }

    private static <R extends Record> int exitCode(String name, String[] args, Class<R> type, Starter<R> starter) {
        if (args.length != 2 || !args[0].equals("--config")) {
            boolean help = args.length == 1 && args[0].equals("--help");
            (help ? System.out : System.err).println("usage: trine " + name + " --config FILE");
            return help ? 0 : 2;
        }
        try {
            R config = ConfigFile.load(Path.of(args[1]), type);
            LOG.atInfo().addKeyValue("service", name).log("starting with\n{}", ConfigFile.describe(config));
            return serve(name, starter.start(config));
        } catch (ConfigException e) {
            System.err.println("trine " + name + ": " + e.getMessage());
            return 2;
        } catch (StartException e) {
            System.err.println("trine " + name + ": " + e.getMessage());
            return 1;
        } catch (Exception e) {
            LOG.atError().addKeyValue("service", name).setCause(e).log("failed");
            return 1;
        }
    }

    private static int serve(String name, AutoCloseable service) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            asked.countDown();
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "shutdown"));
        LOG.atInfo().addKeyValue("service", name).log("ready");
        asked.await();
        LOG.atInfo().addKeyValue("service", name).log("stopping");
        try {
            service.close();
            LOG.atInfo().addKeyValue("service", name).log("stopped");
        } finally {
            closed.countDown();
        }
        // the process is already exiting; this thread must not call System.exit a second time
        new CountDownLatch(1).await();
        return 0;
    }
}
