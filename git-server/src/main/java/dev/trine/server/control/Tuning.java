package dev.trine.server.control;

import dev.trine.common.live.LiveState;
import dev.trine.common.live.LiveValues;
import dev.trine.common.model.NodeId;
import dev.trine.proto.NodeLive;
import dev.trine.proto.TuneReply;
import dev.trine.proto.TuneRequest;
import io.grpc.Status;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Live settings as routers tell a node, and as it tells them.
 *
 * @param self       who it is
 * @param state      what it was told
 * @param configured what its configuration says, by name of the setting
 */
public record Tuning(NodeId self, LiveState state, Map<String, String> configured) {
    private static final Logger LOG = LoggerFactory.getLogger(Tuning.class);

    /** Takes newer values. */
    TuneReply tune(TuneRequest request) {
        if (!request.getTarget().equals(self.value())) {
            throw Status.FAILED_PRECONDITION.withDescription("this is " + self + ", not " + request.getTarget())
                .asRuntimeException();
        }
        LiveValues values = LiveValues.fromProto(request.getValues());
        if (state.take(values)) {
            LOG.atInfo().addKeyValue("stamp", values.stamp()).addKeyValue("set", values.values().keySet().stream()
                .sorted().toList()).log("told of live settings");
        }
        return TuneReply.newBuilder().setStampMs(state.now().stamp()).build();
    }

    /** For its status. */
    NodeLive toProto() {
        return NodeLive.newBuilder().setStampMs(state.now().stamp())
            .addAllConfigured(LiveValues.toProto(configured)).build();
    }
}
