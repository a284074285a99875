package dev.trine.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.lifecycle.Closer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C Git's own servers and JGit's, as the benchmark starts them, serve pushes and clones. */
class PeersIT {
    @TempDir
    Path dir;

    @Test
    void allPeersTakeAPushAndGiveItBack() throws Exception {
        assertThat(Peers.missing()).isEmpty();
        Path source = dir.resolve("source");
        GitClient git = new GitClient(dir.resolve("home"), Map.of());
        git.run(dir, "init", "-q", "--bare", "-b", "main", source.toString()).orFail();
        // with files too large for one request of known length: over HTTP git sends them in chunks
        git.feed(source, in -> SyntheticHistory.write(new SyntheticHistory.Shape(50, 2, 3, 3 << 20, 1), in),
            "fast-import", "--quiet").orFail();
        git.run(source, "branch", "-q", "first", "main~40").orFail();
        Workload load = new Workload(Workload.Amounts.QUICK, source, dir);
        try (Closer closer = new Closer()) {
            for (GitHost.Transport transport : GitHost.Transport.values()) {
                assertThat(Peers.missing(transport)).isEmpty();
                serves(Peers.cGit(transport, closer, dir), load);
            }
            assertThat(JGit.missing()).isEmpty();
            String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            serves(Peers.jGit(List.of(java), closer, dir), load);
        }
    }

    private void serves(GitHost host, Workload load) throws Exception {
        String name = "bench/repo-" + host.transport();
        String url = host.create(name);
        load.push(host, url, "refs/heads/*:refs/heads/*");
        host.settle(name);
        assertThat(load.client(host).run(load.source(), "ls-remote", url, "main").orFail())
            .startsWith(load.commit("main"));
        speaksGitByItself(host, url);
    }

    private void speaksGitByItself(GitHost host, String url) throws Exception {
        RawGit raw = host.raw();
        long all = raw.fetch(url, FetchRequest.everything());
        assertThat(raw.fetch(url, FetchRequest.branch("main").depth(1))).isPositive().isLessThan(all);
        assertThat(raw.fetch(url, FetchRequest.branch("main").having(first()))).isPositive().isLessThan(all);
        assertThat(raw.list(url, List.of("refs/heads/main"))).isPositive()
            .isLessThan(raw.list(url, List.of()));
        CommitPack pack = CommitPack.of(Optional.empty(), "one");
        raw.push(url, new RefMove("raw", Optional.empty(), pack));
        assertThat(raw.fetch(url, FetchRequest.commit(pack.commit()))).isPositive();
        assertThatThrownBy(() -> raw.push(url, new RefMove("raw", Optional.empty(), pack)))
            .hasMessageContaining("was answered");
        Cost cost = new Meter(host).measure(() -> raw.fetch(url, FetchRequest.everything()));
        assertThat(cost.bytes()).isGreaterThanOrEqualTo(all);
        assertThat(cost.memoryBytes()).isPositive();
    }

    private String first() throws Exception {
        return new GitClient(dir.resolve("home"), Map.of()).run(dir.resolve("source"), "rev-parse", "first").orFail()
            .strip();
    }
}
