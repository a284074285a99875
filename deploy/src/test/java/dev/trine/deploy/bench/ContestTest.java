package dev.trine.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is measured, and whose trouble costs whose figures. */
class ContestTest {
    @TempDir
    private Path directory;
    private final List<Row> rows = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();
    private Contest contest;

    @BeforeEach
    void threeTakePart() {
        List<GitHost> hosts = List.of(host(Optional.empty()), host(Optional.of(Peer.CGIT)),
            host(Optional.of(Peer.JGIT)));
        contest = new Contest(hosts, new Workload(Workload.Amounts.QUICK, directory, directory), rows::add,
            broken::add);
    }

    @Test
    void eachPeersCostIsItsOwn() throws Exception {
        contest.row("any work", 2, (host, turn) -> host.peer().map(peer -> 10L * (peer.ordinal() + 1)).orElse(1L));
        assertThat(broken).isEmpty();
        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.ratio(Peer.CGIT, Cost.Metric.BYTES)).contains(1 / 10.0);
            assertThat(row.ratio(Peer.JGIT, Cost.Metric.BYTES)).contains(1 / 20.0);
            assertThat(new Report().add(Suite.overHttp("any", "any", each -> { }), row)).contains("n=2");
        });
    }

    @Test
    void whatBreaksJGitsPartCostsNoOtherFigure() throws Exception {
        contest.row("any work", 2, (host, turn) -> failing(host, Peer.JGIT, turn));
        assertThat(broken).singleElement().asString().contains("any work, turn 1 of JGIT", "it lost a pack");
        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.of(Peer.JGIT)).isEmpty();
            assertThat(row.of(Peer.CGIT).orElseThrow().all()).hasSize(2);
            assertThat(row.ours().all()).hasSize(2);
        });
    }

    @Test
    void aRowWithoutCGitsFiguresIsNone() {
        assertThatThrownBy(() -> contest.row("any work", 2, (host, turn) -> failing(host, Peer.CGIT, turn)))
            .hasMessageContaining("any work, turn 1 of CGIT");
        assertThat(rows).isEmpty();
    }

    private static long failing(GitHost host, Peer peer, int turn) throws IOException {
        if (turn > 0 && host.peer().equals(Optional.of(peer))) {
            throw new IOException("it lost a pack");
        }
        return 1;
    }

    /** A host that nobody asks for anything but who it is. */
    private static GitHost host(Optional<Peer> peer) {
        return (GitHost) Proxy.newProxyInstance(GitHost.class.getClassLoader(), new Class<?>[] {GitHost.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "peer" -> peer;
                case "name" -> peer.map(Peer::name).orElse("trine");
                case "transport" -> GitHost.Transport.HTTP;
                case "processes" -> List.of();
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == arguments[0];
                default -> throw new UnsupportedOperationException(method.getName());
            });
    }
}
