package dev.trine.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.lifecycle.Closer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C Git's own servers, as the benchmark starts them, serve pushes and clones. */
class PeersIT {
    @TempDir
    Path dir;

    @Test
    void bothPeersTakeAPushAndGiveItBack() throws Exception {
        assertThat(Peers.missing()).isEmpty();
        Path source = dir.resolve("source");
        GitClient git = new GitClient(dir.resolve("home"), Map.of());
        git.run(dir, "init", "-q", "--bare", "-b", "main", source.toString()).orFail();
        // with files too large for one request of known length: over HTTP git sends them in chunks
        git.feed(source, in -> SyntheticHistory.write(new SyntheticHistory.Shape(50, 2, 3, 3 << 20, 1), in),
            "fast-import", "--quiet").orFail();
        Workload load = new Workload(new Workload.Amounts(1, 1, 1, 1, 10, 1, 2, 1), source, dir);
        try (Closer closer = new Closer()) {
            for (GitHost host : Peers.cGit(closer, dir)) {
                String url = host.create("bench/repo");
                load.push(host, url, "refs/heads/*:refs/heads/*");
                host.settle("bench/repo");
                assertThat(load.cloneOnce(host, url)).isPositive();
                assertThat(load.client(host).run(source, "ls-remote", url, "main").orFail())
                    .startsWith(git.run(source, "rev-parse", "main").orFail().strip());
                List<Samples> samples = Scenarios.all().get(2).work().run(List.of(host),
                    new Workload(new Workload.Amounts(1, 2, 1, 1, 10, 1, 2, 1), source, dir));
                assertThat(samples).hasSize(1);
            }
        }
    }
}
