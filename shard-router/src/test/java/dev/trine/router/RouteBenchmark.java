package dev.trine.router;

import dev.trine.common.model.Epoch;
import dev.trine.proto.Identity;
import dev.trine.proto.Operation;
import dev.trine.proto.RouteReply;
import dev.trine.router.fixture.TestRouter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Measures routes per second and their latency through gRPC, router, directory and three nodes' probes, all in this
 * JVM. Arguments: callers at once, seconds. Not a test; run its main.
 */
public final class RouteBenchmark {
    private static final int REPOSITORIES = 64;

    private RouteBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        int callers = args.length > 0 ? Integer.parseInt(args[0]) : 16;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        Path directory = Files.createTempDirectory("trine-route-benchmark");
        try (TestRouter router = TestRouter.start(directory, "create-on-push: admins")) {
            Identity root = router.root();
            for (int i = 0; i < REPOSITORIES; i++) {
                RouteReply made = router.route("bench/r" + i, root, Operation.WRITE);
                router.nodes().forEach(node -> node.at(made.getRepoId(), new Epoch(1, 1, 0), 3, 3));
            }
            measure(router, root, callers, Math.max(2, seconds / 3));
            print(callers, seconds, measure(router, root, callers, seconds));
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    private static long[] measure(TestRouter router, Identity root, int callers, int seconds) throws Exception {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        List<Future<long[]>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < callers; caller++) {
                int offset = caller;
                results.add(threads.submit(() -> call(router, root, offset, end)));
            }
        }
        List<long[]> nanos = new ArrayList<>();
        for (Future<long[]> result : results) {
            nanos.add(result.get());
        }
        return nanos.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    }

    private static long[] call(TestRouter router, Identity root, int offset, long end) {
        List<Long> nanos = new ArrayList<>();
        for (int i = offset; System.nanoTime() < end; i++) {
            long began = System.nanoTime();
            router.route("bench/r" + i * 7 % REPOSITORIES, root, Operation.READ);
            nanos.add(System.nanoTime() - began);
        }
        return nanos.stream().mapToLong(Long::longValue).toArray();
    }

    private static void print(int callers, int seconds, long[] sorted) {
        System.out.printf("%d callers, %d s: %d routes/s, median %d us, p99 %d us, max %d us%n", callers, seconds,
            sorted.length / seconds, sorted[sorted.length / 2] / 1000, sorted[sorted.length * 99 / 100] / 1000,
            sorted[sorted.length - 1] / 1000);
    }
}
