package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.ConfiguredValue;
import dev.trine.proto.LiveSetting;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A live setting as it is shown. */
record SettingView(String name, String type, String range, String meaning, String appliedBy, Optional<String> value,
                   Map<String, String> configured, String owner, Optional<String> since, String reason, long version,
                   List<String> behind) {
    static final List<Column<SettingView>> COLUMNS = List.of(
        new Column<>("SETTING", SettingView::name),
        new Column<>("VALUE", view -> view.value.map(SettingView::shown).orElse("")),
        new Column<>("DEFAULT", SettingView::usual),
        new Column<>("OWNER", SettingView::owner),
        new Column<>("SINCE", view -> view.since.orElse("")),
        new Column<>("VERSION", view -> view.version == 0 ? "" : Long.toString(view.version)),
        new Column<>("REASON", SettingView::reason));

    static SettingView of(LiveSetting setting) {
        Map<String, String> configured = new LinkedHashMap<>();
        for (ConfiguredValue value : setting.getConfiguredList()) {
            configured.put(value.getWhere(), value.getValue());
        }
        return new SettingView(setting.getName(), setting.getType(), setting.getRange(), setting.getMeaning(),
            setting.getAppliedBy(), setting.hasValue() ? Optional.of(setting.getValue()) : Optional.empty(), configured,
            setting.getOwner(), Wire.time(setting.hasSince(), setting.getSince()), setting.getReason(),
            setting.getVersion(), setting.getBehindList());
    }

    /** What the configurations say; each value that differs with where it is so. */
    String usual() {
        List<String> different = configured.values().stream().distinct().toList();
        return switch (different.size()) {
            case 0 -> "";
            case 1 -> shown(different.getFirst());
            default -> configured.entrySet().stream().map(at -> at.getKey() + ": " + at.getValue())
                .collect(Collectors.joining(", "));
        };
    }

    /** What holds, in a sentence. */
    String sentence() {
        String usually = usual().isEmpty() ? "" : " (" + usual() + ")";
        return name + (value.isPresent() ? " is " + shown(value.get()) : " is as configured" + usually)
            + (version == 0 ? "" : ", version " + version);
    }

    /** All of it, for people. */
    void print(PrintWriter out) {
        out.println(sentence());
        line(out, "meaning", meaning);
        line(out, "type", type + ", " + range);
        line(out, "applied by", appliedBy);
        line(out, "default", usual().isEmpty() ? "as each of them is configured" : usual());
        if (version > 0) {
            line(out, "owner", owner);
            line(out, "since", since.orElse(""));
            line(out, "reason", reason.isEmpty() ? "-" : reason);
        }
        if (!behind.isEmpty()) {
            line(out, "not yet at", String.join(", ", behind));
        }
    }

    private static void line(PrintWriter out, String what, String text) {
        out.printf("  %-11s %s%n", what, text);
    }

    /** An empty text is a value, too. */
    private static String shown(String value) {
        return value.isEmpty() ? "''" : value;
    }
}
