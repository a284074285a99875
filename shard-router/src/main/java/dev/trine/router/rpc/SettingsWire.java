package dev.trine.router.rpc;

import dev.trine.common.live.LiveValues;
import dev.trine.proto.ConfiguredValue;
import dev.trine.proto.GetLiveReply;
import dev.trine.proto.LiveSetting;
import dev.trine.proto.RollbackSettingRequest;
import dev.trine.proto.SetSettingRequest;
import dev.trine.router.live.SettingView;
import dev.trine.router.live.SettingsService.Terms;
import dev.trine.router.metadata.SettingChange;
import dev.trine.router.wire.AdminWire;
import java.util.Optional;
import java.util.OptionalLong;

/** Live settings as messages. */
final class SettingsWire {
    private SettingsWire() {
    }

    static Optional<String> name(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    static Terms terms(SetSettingRequest request) {
        return new Terms(request.getReason(), request.hasExpectedVersion()
            ? OptionalLong.of(request.getExpectedVersion()) : OptionalLong.empty());
    }

    static Terms terms(RollbackSettingRequest request) {
        return new Terms(request.getReason(), request.hasExpectedVersion()
            ? OptionalLong.of(request.getExpectedVersion()) : OptionalLong.empty());
    }

    static OptionalLong version(RollbackSettingRequest request) {
        return request.hasVersion() ? OptionalLong.of(request.getVersion()) : OptionalLong.empty();
    }

    static GetLiveReply toProto(LiveValues now, long stampOfAsker) {
        return now.stamp() > stampOfAsker ? GetLiveReply.newBuilder().setNewer(now.toProto()).build()
            : GetLiveReply.getDefaultInstance();
    }

    static LiveSetting toProto(SettingView view) {
        LiveSetting.Builder proto = LiveSetting.newBuilder().setName(view.setting().name())
            .setType(view.setting().kind().type()).setRange(view.setting().kind().range())
            .setMeaning(view.setting().meaning()).setAppliedBy(view.setting().by().words())
            .addAllBehind(view.behind());
        view.configured().forEach((where, value) ->
            proto.addConfigured(ConfiguredValue.newBuilder().setWhere(where).setValue(value)));
        view.change().ifPresent(change -> {
            change.value().ifPresent(proto::setValue);
            proto.setOwner(change.owner()).setSince(AdminWire.toProto(change.at())).setReason(change.reason())
                .setVersion(change.version());
        });
        return proto.build();
    }

    static dev.trine.proto.SettingChange toProto(SettingChange change) {
        dev.trine.proto.SettingChange.Builder proto = dev.trine.proto.SettingChange.newBuilder()
            .setVersion(change.version()).setName(change.name()).setOwner(change.owner())
            .setAt(AdminWire.toProto(change.at())).setReason(change.reason());
        change.value().ifPresent(proto::setValue);
        return proto.build();
    }
}
