package dev.trine.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which nodes a lab's shards have. */
class ClusterPlanTest {
    @Test
    void threeNodesAreOneShard() {
        assertThat(ClusterPlan.of(3, true).shards()).containsOnlyKeys("s1")
            .containsEntry("s1", List.of("n1", "n2", "n3"));
    }

    @Test
    void everyNodeOfALargerClusterHoldsShards() {
        for (int nodes = 4; nodes <= 9; nodes++) {
            ClusterPlan plan = ClusterPlan.of(nodes, false);
            Set<String> used = new HashSet<>();
            plan.shards().values().forEach(shard -> {
                assertThat(shard).hasSize(3).doesNotHaveDuplicates();
                used.addAll(shard);
            });
            assertThat(used).containsExactlyInAnyOrderElementsOf(plan.nodeNames());
        }
    }
}
