package dev.trine.router.live;

import dev.trine.common.live.Setting;
import dev.trine.router.metadata.SettingChange;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A setting that can be changed live, as it stands.
 *
 * @param setting    what it is
 * @param change     the last change; empty: there was none
 * @param configured what configurations say, by name of the node, or "router"
 * @param behind     names of nodes that apply it and do not have the newest values yet
 */
public record SettingView(Setting<?> setting, Optional<SettingChange> change, SortedMap<String, String> configured,
                          List<String> behind) {
    public SettingView {
        behind = List.copyOf(behind);
    }
}
