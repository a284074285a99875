package dev.trine.router.live;

import dev.trine.common.live.Kind;
import dev.trine.common.live.LiveSettings;
import dev.trine.common.live.Setting;
import dev.trine.common.live.Setting.By;
import dev.trine.proto.LiveValue;
import dev.trine.proto.NodeStatusReply;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.SettingChange;
import dev.trine.router.metadata.Settings;
import dev.trine.router.nodes.NodeView;
import dev.trine.router.nodes.Nodes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Live settings for administrators of the cluster: nobody else sees or changes them. Any thread. */
public final class SettingsService {
    private static final Kind.Text REASON = new Kind.Text(500);

    private final Metadata metadata;
    private final LiveCopy copy;
    private final Nodes nodes;
    private final Map<String, String> own;

    /**
     * The service.
     *
     * @param copy what this router knows of them, looked at after each change
     * @param own  what this router's configuration says, by name of the setting
     */
    public SettingsService(Metadata metadata, LiveCopy copy, Nodes nodes, Map<String, String> own) {
        this.metadata = metadata;
        this.copy = copy;
        this.nodes = nodes;
        this.own = Map.copyOf(own);
    }

    /**
     * Why something is changed, and what it has to be before.
     *
     * @param reason   as the administrator says; may be empty
     * @param expected version that the setting must have; empty: any
     */
    public record Terms(String reason, OptionalLong expected) {
    }

    /** One setting, or all in order of name. */
    public Answer<List<SettingView>> list(Access caller, Optional<String> name) {
        return adminOnly(caller).then(may -> asked(name)).map(asked -> {
            Map<String, SettingChange> newest = metadata.settings().newest().stream()
                .collect(Collectors.toMap(SettingChange::name, change -> change));
            return asked.stream().map(setting -> view(setting, Optional.ofNullable(newest.get(setting.name()))))
                .toList();
        });
    }

    private static Answer<List<Setting<?>>> asked(Optional<String> name) {
        return name.isPresent() ? find(name.get()).map(List::of) : Answer.of(LiveSettings.ALL);
    }

    /** Sets a value. */
    public Answer<SettingView> set(Access caller, String name, String value, Terms terms) throws InterruptedException {
        return told(adminOnly(caller).then(may -> reasonable(terms)).then(good -> find(name))
            .then(setting -> made(caller, setting, Optional.of(value), terms)));
    }

    /** Changes of one setting, or of all, the newest first. */
    public Answer<List<SettingChange>> history(Access caller, Optional<String> name, int limit) {
        return adminOnly(caller).then(may -> name.isPresent() ? find(name.get()).map(found -> name)
            : Answer.of(name)).map(of -> metadata.settings().history(of, limit));
    }

    /**
     * Sets a setting to what it was.
     *
     * @param version whose value it gets; 0: it is as configured again; empty: what it was before the last change, if
     *                nobody makes another one meanwhile
     */
    public Answer<SettingView> rollback(Access caller, String name, OptionalLong version, Terms terms)
        throws InterruptedException {
        return told(adminOnly(caller).then(may -> reasonable(terms)).then(good -> find(name))
            .then(setting -> back(setting, version).then(to -> made(caller, setting, to.value(),
                new Terms(reason(to, terms.reason()), terms.expected().isPresent() ? terms.expected() : to.from())))));
    }

    /**
     * What a setting goes back to.
     *
     * @param version that it had then; 0: its configuration
     * @param from    version that it must have for that; empty: any
     */
    private record Back(long version, Optional<String> value, OptionalLong from) {
        static Back toConfiguration(OptionalLong from) {
            return new Back(0, Optional.empty(), from);
        }

        static Back to(SettingChange change, OptionalLong from) {
            return new Back(change.version(), change.value(), from);
        }
    }

    private Answer<Back> back(Setting<?> setting, OptionalLong version) {
        if (version.isEmpty()) {
            List<SettingChange> last = metadata.settings().history(Optional.of(setting.name()), 2);
            return switch (last.size()) {
                case 0 -> Answer.refuse(new Refusal(Refusal.Reason.WRONG_STATE, setting.name()
                    + " was never set live, so there is nothing to go back to"));
                case 1 -> Answer.of(Back.toConfiguration(OptionalLong.of(last.getFirst().version())));
                default -> Answer.of(Back.to(last.getLast(), OptionalLong.of(last.getFirst().version())));
            };
        }
        if (version.getAsLong() == 0) {
            return Answer.of(Back.toConfiguration(OptionalLong.empty()));
        }
        return Answer.of(metadata.settings().change(setting.name(), version.getAsLong())
            .map(change -> Back.to(change, OptionalLong.empty())), Refusal.notFound(setting.name() + " has no version "
                + version.getAsLong() + "; list them with 'trine settings history " + setting.name() + "'"));
    }

    private static String reason(Back to, String given) {
        String what = to.version() == 0 ? "rollback to the configuration" : "rollback to version " + to.version();
        return given.isEmpty() ? what : what + ": " + given;
    }

    /** The change, if it may be made. */
    private Answer<SettingView> made(Access caller, Setting<?> setting, Optional<String> value, Terms terms) {
        Optional<String> normal = value.flatMap(setting::normal);
        if (value.isPresent() && normal.isEmpty()) {
            return malformed(setting.objection(value.get()));
        }
        Optional<SettingChange> change = metadata.settings().make(new Settings.Wanted(setting.name(), normal,
            caller.user().name().value(), terms.reason(), terms.expected()));
        return change.isPresent() ? Answer.of(view(setting, change))
            : Answer.refuse(new Refusal(Refusal.Reason.WRONG_STATE, changedMeanwhile(setting, terms)));
    }

    private static Answer<Terms> reasonable(Terms terms) {
        return REASON.parse(terms.reason()).isPresent() ? Answer.of(terms)
            : malformed("a reason has " + REASON.range() + ", and no control characters");
    }

    private String changedMeanwhile(Setting<?> setting, Terms terms) {
        String now = metadata.settings().newest(setting.name()).map(change -> "version " + change.version()
            + ", set by " + change.owner()).orElse("no version, nobody has set it");
        return setting.name() + " is not at version " + terms.expected().orElse(0) + " but at " + now
            + "; look at it, then try again with that version";
    }

    private static <T> Answer<T> malformed(String why) {
        return Answer.refuse(new Refusal(Refusal.Reason.MALFORMED, why));
    }

    /** Whoever answers has it when the caller hears that it was done; the others get it with their heartbeats. */
    private Answer<SettingView> told(Answer<SettingView> changed) throws InterruptedException {
        if (changed instanceof Answer.Given<SettingView> given) {
            copy.look();
            nodes.beatAll();
            return Answer.of(view(given.value().setting(), given.value().change()));
        }
        return changed;
    }

    private SettingView view(Setting<?> setting, Optional<SettingChange> change) {
        SortedMap<String, String> configured = new TreeMap<>();
        Optional.ofNullable(own.get(setting.name())).ifPresent(value -> configured.put("router", value));
        nodes.views().forEach((node, view) -> view.status().stream()
            .flatMap(status -> status.getLive().getConfiguredList().stream())
            .filter(value -> value.getName().equals(setting.name())).map(LiveValue::getValue)
            .forEach(value -> configured.put(node.value(), value)));
        List<String> behind = setting.by() != By.GIT_SERVERS ? List.of() : nodes.views().values().stream()
            .filter(this::isBehind).map(view -> view.node().id().value()).toList();
        return new SettingView(setting, change, configured, behind);
    }

    private boolean isBehind(NodeView view) {
        return view.status().map(NodeStatusReply::getLive).map(live -> live.getStampMs()).orElse(0L)
            < copy.now().stamp();
    }

    private static Answer<Access> adminOnly(Access caller) {
        return caller.administersCluster() ? Answer.of(caller)
            : Answer.refuse(Refusal.forbidden("only administrators of the cluster see and change live settings"));
    }

    private static Answer<Setting<?>> find(String name) {
        return Answer.of(LiveSettings.find(name), Refusal.notFound("there is no setting '" + name
            + "' that can be changed live; list them with 'trine settings get'"));
    }
}
