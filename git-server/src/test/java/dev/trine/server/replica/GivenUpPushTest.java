package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.PushSession;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a push that comes to nothing leaves on the nodes. */
class GivenUpPushTest {
    private static final Duration MAX = Duration.ofSeconds(60);
    private static final RefName MAIN = new RefName("refs/heads/main");

    @TempDir
    private Path dir;

    @Test
    void whatARejectedPushBroughtIsSoonGoneFromAllNodes() throws Exception {
        try (ReplicaCluster cluster = new ReplicaCluster(dir)) {
            ObjectName first = cluster.push("n1", "main");
            cluster.awaitLevel("main", first, MAX);
            ObjectName second = cluster.commit();
            byte[] pack = cluster.work().pack(List.of(second.hex()), List.of(first.hex()));
            try (PushSession push = cluster.open("n1")) {
                push.receive(new ByteArrayInputStream(pack), Set.of(second), NullProgressMonitor.INSTANCE);
                assertThat(ReplicaCluster.commit(push, List.of(new RefUpdate(MAIN, Optional.empty(),
                    Optional.of(new RefValue.Direct(second)))))).isInstanceOf(PushOutcome.Rejected.class);
            }
            await().atMost(MAX).untilAsserted(() -> {
                for (String name : List.of("n1", "n2", "n3")) {
                    ReplicaNode node = cluster.node(name);
                    assertThat(node.store().staged(ReplicaCluster.REPO)).as(name).isEmpty();
                    assertThat(node.files().list(ReplicaCluster.REPO)).as(name)
                        .hasSize(node.packs(ReplicaCluster.REPO));
                }
            });
            cluster.awaitLevel("main", cluster.push("n2", "main"), MAX);
        }
    }
}
