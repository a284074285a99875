package dev.trine.common.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.live.LiveState;
import dev.trine.common.live.LiveValues;
import dev.trine.common.rpc.RpcChannels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a proxy gets live values. */
@Timeout(60)
class LivePollTest {
    @TempDir
    private Path dir;

    @Test
    void newerValuesComeAndStayWhenTheRouterIsGone() throws Exception {
        LiveState state = new LiveState();
        BlockingQueue<LiveValues> told = new LinkedBlockingQueue<>();
        state.whenChanged(told::add);
        LiveValues first = new LiveValues(1, Map.of("notice", "at six"));
        LiveValues second = new LiveValues(2, Map.of("notice", "at seven"));
        try (FakeCluster cluster = new FakeCluster(dir, 0); RpcChannels channels =
            new RpcChannels(cluster.security())) {
            RouterClient router = new RouterClient(channels.to(cluster.router()), Duration.ofSeconds(10));
            cluster.set(first);
            try (LivePoll poll = LivePoll.start(router, state)) {
                assertThat(told.take()).isEqualTo(first);
                cluster.set(second);
                assertThat(told.take()).isEqualTo(second);
                cluster.close();
                assertThat(router.newer(LiveValues.NONE)).isEmpty();
                assertThat(state.now()).isEqualTo(second);
            }
        }
    }

    @Test
    void aUserThatFailsDoesNotEndThePoll() throws Exception {
        LiveState state = new LiveState();
        BlockingQueue<LiveValues> told = new LinkedBlockingQueue<>();
        state.whenChanged(values -> {
            told.add(values);
            if (values.stamp() == 1) {
                throw new IllegalStateException("a defect, as planted");
            }
        });
        try (FakeCluster cluster = new FakeCluster(dir, 0); RpcChannels channels =
            new RpcChannels(cluster.security())) {
            cluster.set(new LiveValues(1, Map.of()));
            try (LivePoll poll = LivePoll.start(
                new RouterClient(channels.to(cluster.router()), Duration.ofSeconds(10)), state)) {
                assertThat(told.take().stamp()).isEqualTo(1);
                cluster.set(new LiveValues(2, Map.of()));
                assertThat(told.take().stamp()).isEqualTo(2);
            }
        }
    }
}
