package dev.trine.common.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveStateTest {
    private static LiveValues values(long stamp) {
        return new LiveValues(stamp, Map.of("clients.calls-max", String.valueOf(stamp)));
    }

    @Test
    void onlyWhatIsNewerIsTakenAndTold() {
        LiveState state = new LiveState();
        List<LiveValues> told = new ArrayList<>();
        state.whenChanged(told::add);
        assertThat(state.now()).isEqualTo(LiveValues.NONE);
        assertThat(state.take(values(5))).isTrue();
        assertThat(state.take(values(4))).isFalse();
        assertThat(state.take(new LiveValues(5, Map.of()))).isFalse();
        assertThat(state.now()).isEqualTo(values(5));
        assertThat(state.take(new LiveValues(6, Map.of()))).isTrue();
        assertThat(state.now().values()).isEmpty();
        assertThat(told).containsExactly(values(5), new LiveValues(6, Map.of()));
    }
}
