package dev.trine.common.live;

import dev.trine.common.model.Share;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All values that are set live, as of one change.
 *
 * @param stamp  of the last change, in milliseconds since 1970; greater for each later change; 0: there was none
 * @param values texts by name of the setting; names that this version does not know may be among them
 */
public record LiveValues(long stamp, Map<String, String> values) implements Overlay {
    /** Nothing was ever set. */
    public static final LiveValues NONE = new LiveValues(0, Map.of());
    private static final int VALUES_MAX = 1_000;
    private static final int VALUE_CHARS_MAX = 1_000;

    public LiveValues {
        values = Map.copyOf(values);
        if (stamp < 0 || values.size() > VALUES_MAX
            || values.values().stream().anyMatch(value -> value.length() > VALUE_CHARS_MAX)) {
            throw new IllegalArgumentException("live values have a stamp of at least 0, and are at most " + VALUES_MAX
                + " of at most " + VALUE_CHARS_MAX + " characters");
        }
    }

    @Override
    public <T> T get(Setting<T> setting, T configured) {
        return Optional.ofNullable(values.get(setting.name())).flatMap(setting::parse).orElse(configured);
    }

    /** Whether a repository or user belongs to the share that a switch is on for. */
    public boolean includes(Setting<Share> share, Share configured, String id) {
        return get(share, configured).contains(share.name(), id);
    }

    /** As they are sent. */
    public dev.trine.proto.LiveValues toProto() {
        return dev.trine.proto.LiveValues.newBuilder().setStampMs(stamp).addAllValues(toProto(values)).build();
    }

    /** Texts by name, as they are sent. */
    public static List<dev.trine.proto.LiveValue> toProto(Map<String, String> values) {
        return values.entrySet().stream().sorted(Map.Entry.comparingByKey()).map(value -> dev.trine.proto.LiveValue
            .newBuilder().setName(value.getKey()).setValue(value.getValue()).build()).toList();
    }

    /** What was sent. */
    public static LiveValues fromProto(dev.trine.proto.LiveValues sent) {
        if (sent.getValuesCount() > VALUES_MAX) {
            throw new IllegalArgumentException("values: more than " + VALUES_MAX);
        }
        Map<String, String> values = new HashMap<>();
        sent.getValuesList().forEach(value -> values.put(value.getName(), value.getValue()));
        return new LiveValues(sent.getStampMs(), values);
    }
}
