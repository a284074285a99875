package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.SettingChange;
import java.util.List;
import java.util.Optional;

/** A change of a live setting as it is shown; no value: from then on it was as configured. */
record SettingChangeView(long version, String setting, Optional<String> value, String owner, Optional<String> at,
                         String reason) {
    static final List<Column<SettingChangeView>> COLUMNS = List.of(
        new Column<>("VERSION", view -> Long.toString(view.version)),
        new Column<>("SETTING", SettingChangeView::setting),
        new Column<>("VALUE", view -> view.value.orElse("as configured")),
        new Column<>("OWNER", SettingChangeView::owner),
        new Column<>("AT", view -> view.at.orElse("")),
        new Column<>("REASON", SettingChangeView::reason));

    static SettingChangeView of(SettingChange change) {
        return new SettingChangeView(change.getVersion(), change.getName(),
            change.hasValue() ? Optional.of(change.getValue()) : Optional.empty(), change.getOwner(),
            Wire.time(change.hasAt(), change.getAt()), change.getReason());
    }
}
