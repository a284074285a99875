package dev.trine.common.live;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Notes what a service's configuration says of each setting that it applies; nothing is set live. For one thread. */
public final class Configured implements Overlay {
    private final Map<String, String> values = new TreeMap<>();

    @Override
    public <T> T get(Setting<T> setting, T configured) {
        values.put(setting.name(), setting.kind().format(configured));
        return configured;
    }

    /** Texts by name of the setting. */
    public Map<String, String> values() {
        return Collections.unmodifiableMap(new TreeMap<>(values));
    }
}
