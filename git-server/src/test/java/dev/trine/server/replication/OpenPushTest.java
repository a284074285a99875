package dev.trine.server.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefRejection;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenPushTest {
    private static final List<RefRejection> WHY =
        List.of(new RefRejection(new RefName("refs/heads/main"), RefRejection.Reason.STALE_OLD_VALUE));

    /** What the push was compared with may have vanished with the epoch: the other ABORT says nothing of its values. */
    @Test
    void aPushIsRejectedByTheAbortThatFollowsWhatItWasComparedWithAndByNoOther() {
        OpenPush push = new OpenPush(new PushId("1".repeat(32)), 0);
        Position mine = new Position(8, new Epoch(1, 2, 2));
        push.reject(mine, WHY);
        assertThat(push.rejections(mine)).contains(WHY);
        assertThat(push.rejections(new Position(8, new Epoch(1, 3, 1)))).isEmpty();
    }
}
