package dev.trine.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.inspector.cli.CommandFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ports are asked for, remembered, or any; one that is in use is told before anything is changed. */
class PortsTest {
    private static final Ports.Wishes ANY = new Ports.Wishes(Optional.of(0), Optional.of(0), Optional.of(0));
    private static final Ports.Wishes NONE = new Ports.Wishes(Optional.empty(), Optional.empty(), Optional.empty());
    @TempDir
    private Path directory;

    private static ServerSocket listening() throws Exception {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @Test
    void zeroMeansAnyFreePortThatNoOutgoingConnectionTakes() {
        Ports ports = Ports.choose(ANY, Optional.empty());
        assertThat(Stream.of(ports.http(), ports.ssh(), ports.api(), ports.n1(), ports.n2(), ports.n3()))
            .doesNotHaveDuplicates().allSatisfy(port -> assertThat(port).isBetween(1024, 32767));
    }

    @Test
    void aPortInUseIsRefusedWithTheOptionThatHelps() throws Exception {
        try (ServerSocket taken = listening()) {
            Ports.Wishes wishes =
                new Ports.Wishes(Optional.of(0), Optional.of(taken.getLocalPort()), Optional.of(0));
            assertThatThrownBy(() -> Ports.choose(wishes, Optional.empty())).isInstanceOf(CommandFailure.class)
                .hasMessageContaining("port " + taken.getLocalPort() + " is in use").hasMessageContaining("--ssh-port");
        }
    }

    @Test
    void withoutAWishThePortsOfLastTimeAreTaken() {
        Ports before = Ports.choose(ANY, Optional.empty());
        before.save(ClusterDirectory.at(directory));
        assertThat(Ports.choose(NONE, Ports.load(ClusterDirectory.at(directory)))).isEqualTo(before);
    }

    @Test
    void aGitServersPortThatIsTakenIsReplaced() throws Exception {
        List<Integer> free = LoopbackPort.free(5);
        try (ServerSocket taken = listening()) {
            Ports before = new Ports(free.get(0), free.get(1), free.get(2), taken.getLocalPort(), free.get(3),
                free.get(4));
            Ports now = Ports.choose(NONE, Optional.of(before));
            assertThat(now.n1()).isNotEqualTo(taken.getLocalPort());
            assertThat(now.n2()).isEqualTo(before.n2());
        }
    }

    @Test
    void theSamePortTwiceIsRefused() {
        int port = LoopbackPort.free(1).getFirst();
        Ports.Wishes wishes = new Ports.Wishes(Optional.of(port), Optional.of(port), Optional.of(0));
        assertThatThrownBy(() -> Ports.choose(wishes, Optional.empty())).hasMessageContaining("different ports");
    }

    @Test
    void aNumberThatIsNoPortIsRefused() {
        Ports.Wishes wishes = new Ports.Wishes(Optional.of(65536), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> Ports.choose(wishes, Optional.empty())).hasMessageContaining("65536 is not a port");
    }
}
