package dev.trine.deploy.bench;

import dev.trine.common.config.ConfigException;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.Security;
import dev.trine.proto.IdentifyRequest;
import dev.trine.proto.Operation;
import dev.trine.proto.RouteRequest;
import dev.trine.proto.RouterGrpc;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Decisions of the shard router, each with its probe of the replicas, asked for as the proxies do. */
final class RouteSuite {
    private static final int REPOSITORIES = 16;
    private static final int[] CALLERS = {1, 64};
    private static final int WARM_UP = 5;

    private RouteSuite() {
    }

    /** Routes to one repository and to several, one caller and many. */
    static void run(Alone alone) throws IOException, InterruptedException {
        Path directory = alone.cluster().directory();
        try (RpcChannels channels = new RpcChannels(
                new Security(Optional.of(directory.resolve("cluster.secret")), Optional.empty()))) {
            ClientFile access = ClientFile.of(directory);
            RouterGrpc.RouterBlockingStub router = RouterGrpc.newBlockingStub(channels.to(
                access.api().getHost() + ":" + access.api().getPort()));
            long user = router.identify(IdentifyRequest.newBuilder().setToken(access.token()).build()).getUserId();
            List<RouteRequest> requests = new ArrayList<>();
            for (int i = 0; i < REPOSITORIES; i++) {
                requests.add(RouteRequest.newBuilder().setPath(repository(access, i)).setUserId(user)
                    .setOperation(Operation.READ).build());
            }
            for (int callers : CALLERS) {
                measure(alone, router, requests.subList(0, 1), callers);
                measure(alone, router, requests, callers);
            }
        } catch (StartException | ConfigException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static String repository(ClientFile access, int number)
        throws IOException, InterruptedException {
        String path = "bench/route" + number;
        try (RawHttp http = new RawHttp(Optional.of(access.token()))) {
            http.push(access.http().toString().replaceAll("/$", "") + "/" + path,
                new RefMove("main", Optional.empty(), CommitPack.of(Optional.empty(), path)));
        }
        return path;
    }

    private static void measure(Alone alone, RouterGrpc.RouterBlockingStub router, List<RouteRequest> requests,
                                int callers) throws IOException, InterruptedException {
        int each = Math.max(1, alone.amounts().routes() / callers);
        for (int i = 0; i < WARM_UP; i++) {
            ask(router, requests, callers, Math.max(1, each / WARM_UP));
        }
        Duration cpu = ProcessTrees.cpu(alone.cluster().processIds());
        long began = System.nanoTime();
        List<Double> millis = ask(router, requests, callers, each);
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpuMillis = ProcessTrees.cpu(alone.cluster().processIds()).minus(cpu).toNanos() / 1e6;
        String what = ", " + callers + (callers == 1 ? " caller, " : " callers, ")
            + requests.size() + (requests.size() == 1 ? " repository" : " repositories");
        Samples samples = new Samples(millis);
        alone.figure("route, half take at most" + what, "ms", samples.median());
        if (callers == 1) {
            alone.atMost(2, "route, 99 of 100 take at most" + what, "ms", samples.percentile(99));
        } else {
            alone.figure("route, 99 of 100 take at most" + what, "ms", samples.percentile(99));
            alone.atLeast(10_000, "routes" + what, "per second", millis.size() / seconds);
        }
        alone.figure("processor time of all servers for a route" + what, "ms", cpuMillis / millis.size());
    }

    /** How long each took, in milliseconds. */
    private static List<Double> ask(RouterGrpc.RouterBlockingStub router, List<RouteRequest> requests, int callers,
                                    int each) throws IOException, InterruptedException {
        List<Double> all = Collections.synchronizedList(new ArrayList<>());
        AtOnce.each(IntStream.range(0, callers).boxed().toList(), caller -> {
            List<Double> own = new ArrayList<>();
            for (int i = 0; i < each; i++) {
                long began = System.nanoTime();
                router.route(requests.get((caller + i) % requests.size()));
                own.add((System.nanoTime() - began) / 1e6);
            }
            all.addAll(own);
        });
        return all;
    }
}
