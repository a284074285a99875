package dev.trine.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.HostPort;
import dev.trine.common.model.NodeId;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.Security;
import dev.trine.common.wire.Introduction;
import dev.trine.proto.NodeAddress;
import io.grpc.Channel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeighboursTest {
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final NodeId N4 = new NodeId("n4");

    @TempDir
    Path directory;

    private final Map<NodeId, Channel> told = new HashMap<>();
    private RpcChannels channels;
    private Neighbours neighbours;

    @BeforeEach
    void start() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "0123456789abcdef0123456789abcdef");
        channels = new RpcChannels(new Security(Optional.of(secret), Optional.empty()));
        neighbours = new Neighbours(N1, Map.of(N2, HostPort.parse("127.0.0.1:7002")), channels);
    }

    @AfterEach
    void stop() throws Exception {
        channels.close();
    }

    private void introduce(Map<NodeId, String> nodes) {
        neighbours.introduce(nodes.entrySet().stream().map(node -> NodeAddress.newBuilder()
            .setNode(node.getKey().value()).setAddress(node.getValue()).build()).toList(), now -> {
                told.clear();
                told.putAll(now);
            });
    }

    @Test
    void aNodeThatTheConfigurationDoesNotNameIsReachedWhereRoutersSay() {
        assertThat(neighbours.channels()).containsOnlyKeys(N2);
        assertThat(neighbours.introduced().isEmpty()).isTrue();
        Map<NodeId, String> nodes = Map.of(N1, "127.0.0.1:7001", N2, "10.9.9.9:1", N4, "127.0.0.1:7004");
        introduce(nodes);
        assertThat(neighbours.channels()).containsOnlyKeys(N2, N4);
        assertThat(neighbours.channel(N2)).contains(channels.to("127.0.0.1:7002"));
        assertThat(neighbours.channel(N4)).contains(channels.to("127.0.0.1:7004"));
        assertThat(neighbours.introduced()).isEqualTo(Introduction.digest(nodes));
        assertThat(told).isEqualTo(neighbours.channels());
    }

    @Test
    void whatIsToldReplacesWhatWasToldBefore() {
        introduce(Map.of(N4, "127.0.0.1:7004"));
        introduce(Map.of());
        assertThat(neighbours.channels()).containsOnlyKeys(N2);
        assertThat(neighbours.introduced()).isEqualTo(Introduction.digest(Map.of()));
    }

    @Test
    void tooManyOrMalformedNodesAreRefusedAndChangeNothing() {
        NodeAddress one = NodeAddress.newBuilder().setNode("n4").setAddress("127.0.0.1:7004").build();
        assertThatThrownBy(() -> neighbours.introduce(Collections.nCopies(1001, one), told::putAll))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> neighbours.introduce(List.of(one.toBuilder().setAddress("nowhere").build()),
            told::putAll)).isInstanceOf(IllegalArgumentException.class);
        assertThat(neighbours.channels()).containsOnlyKeys(N2);
        assertThat(told).isEmpty();
    }
}
