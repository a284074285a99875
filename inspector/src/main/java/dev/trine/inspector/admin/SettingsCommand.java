package dev.trine.inspector.admin;

import dev.trine.proto.ListSettingsRequest;
import dev.trine.proto.RollbackSettingRequest;
import dev.trine.proto.SetSettingRequest;
import dev.trine.proto.SettingHistoryRequest;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Settings that are changed while services run. */
@Command(name = "settings", description = "See and change settings while the services run, without a restart.",
    footer = {"%nExamples:", "  trine settings get", "  trine settings set clients.user-calls-max 100",
        "  trine settings rollback clients.user-calls-max"})
final class SettingsCommand {
    private final Clusters clusters;

    SettingsCommand(Clusters clusters) {
        this.clusters = clusters;
    }

    @Command(name = "get", description = {"Show one setting, or list all that can be changed live.",
        "VALUE is what is set live, DEFAULT what holds else: what the configuration of each service says."},
        footer = {"%nExamples:", "  trine settings get", "  trine settings get clients.user-calls-max",
            "  trine settings get -o json"})
    void get(@Mixin Session session,
             @Parameters(arity = "0..1", paramLabel = "NAME", defaultValue = "",
                 description = "The setting (default: all).") String name) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            ListSettingsRequest request = ListSettingsRequest.newBuilder().setName(name).build();
            List<SettingView> settings = client.call(stub -> stub.listSettings(request)).getSettingsList().stream()
                .map(SettingView::of).toList();
            if (!name.isEmpty()) {
                SettingView one = settings.getFirst();
                session.show(one, () -> one.print(session.out()));
            } else {
                session.list(settings, SettingView.COLUMNS);
            }
        }
    }

    @Command(name = "set", description = {"Set a value. Git servers that answer have it at once, other services soon.",
        "It stays until it is set again or rolled back, whatever is restarted."},
        footer = {"%nExamples:", "  trine settings set clients.user-calls-max 100 --reason 'build farm gone wild'",
            "  trine settings set notice 'Maintenance at 18:00 UTC'",
            "  trine settings set bulk.repositories 10%% --if-version 41"})
    void set(@Mixin Session session,
             @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why, for the history.")
                 String reason,
             @Option(names = "--if-version", paramLabel = "VERSION", defaultValue = Option.NULL_VALUE,
                 description = "Only if nobody has changed it since that version; 0: nobody ever has.")
                 Optional<Long> version,
             @Parameters(index = "0", paramLabel = "NAME", description = "The setting.") String name,
             @Parameters(index = "1", paramLabel = "VALUE", description = "The value.") String value) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            SetSettingRequest.Builder request = SetSettingRequest.newBuilder().setName(name).setValue(value)
                .setReason(reason);
            version.ifPresent(request::setExpectedVersion);
            SettingView set = SettingView.of(client.call(stub -> stub.setSetting(request.build())));
            session.done(set, set.sentence());
        }
    }

    @Command(name = "history", description = "List the newest changes of one setting, or of all.",
        footer = {"%nExamples:", "  trine settings history", "  trine settings history notice --limit 10 -o json"})
    void history(@Mixin Session session,
                 @Option(names = "--limit", paramLabel = "N", defaultValue = "100",
                     converter = ItemsMax.Converter.class, description = "At most so many, 1 to 1000 (default:"
                     + " ${DEFAULT-VALUE}).") ItemsMax limit,
                 @Parameters(arity = "0..1", paramLabel = "NAME", defaultValue = "",
                     description = "The setting (default: all).") String name) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            SettingHistoryRequest request =
                SettingHistoryRequest.newBuilder().setName(name).setLimit(limit.count()).build();
            List<SettingChangeView> changes = client.call(stub -> stub.settingHistory(request)).getChangesList()
                .stream().map(SettingChangeView::of).toList();
            session.list(changes, SettingChangeView.COLUMNS);
        }
    }

    @Command(name = "rollback", description = {"Set a setting to what it was before the last change, or at a version.",
        "That is a change as well: repeated without a version, it takes itself back."},
        footer = {"%nExamples:", "  trine settings rollback notice", "  trine settings rollback notice 41",
            "  trine settings rollback notice 0"})
    void rollback(@Mixin Session session,
                  @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why, for the"
                      + " history.") String reason,
                  @Option(names = "--if-version", paramLabel = "VERSION", defaultValue = Option.NULL_VALUE,
                      description = "Only if nobody has changed it since that version.") Optional<Long> expected,
                  @Parameters(index = "0", paramLabel = "NAME", description = "The setting.") String name,
                  @Parameters(index = "1", arity = "0..1", paramLabel = "VERSION",
                      defaultValue = Parameters.NULL_VALUE, description = "A version of its history; 0: as the services"
                          + " are configured.") Optional<Long> version) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            RollbackSettingRequest.Builder request =
                RollbackSettingRequest.newBuilder().setName(name).setReason(reason);
            version.ifPresent(request::setVersion);
            expected.ifPresent(request::setExpectedVersion);
            SettingView now = SettingView.of(client.call(stub -> stub.rollbackSetting(request.build())));
            session.done(now, now.sentence());
        }
    }
}
