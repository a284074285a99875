package dev.trine.inspector.admin;

import com.google.protobuf.Timestamp;
import dev.trine.proto.AdminGrpc;
import dev.trine.proto.ConfiguredValue;
import dev.trine.proto.ListSettingsReply;
import dev.trine.proto.ListSettingsRequest;
import dev.trine.proto.LiveSetting;
import dev.trine.proto.RollbackSettingRequest;
import dev.trine.proto.SetSettingRequest;
import dev.trine.proto.SettingChange;
import dev.trine.proto.SettingHistoryReply;
import dev.trine.proto.SettingHistoryRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The part of {@link InMemoryAdmin} that keeps live settings: any name is one. */
class InMemorySettings extends AdminGrpc.AdminImplBase {
    private final List<SettingChange> changes = new ArrayList<>();

    private LiveSetting setting(String name) {
        LiveSetting.Builder setting = LiveSetting.newBuilder().setName(name).setType("integer")
            .setRange("1 to 1000000").setMeaning("Git calls that a node serves at once")
            .setAppliedBy("git servers").addConfigured(ConfiguredValue.newBuilder().setWhere("n1").setValue("1024"));
        last(name).ifPresent(change -> {
            setting.setVersion(change.getVersion()).setOwner(change.getOwner()).setSince(change.getAt())
                .setReason(change.getReason()).addBehind("n3");
            if (change.hasValue()) {
                setting.setValue(change.getValue());
            }
        });
        return setting.build();
    }

    private Optional<SettingChange> last(String name) {
        return changes.stream().filter(change -> change.getName().equals(name)).findFirst();
    }

    private SettingChange.Builder change(String name, String reason) {
        return SettingChange.newBuilder().setVersion(changes.size() + 1).setName(name).setOwner("admin")
            .setAt(Timestamp.newBuilder().setSeconds(1_790_000_000L)).setReason(reason);
    }

    @Override
    public final synchronized void listSettings(ListSettingsRequest request, StreamObserver<ListSettingsReply> reply) {
        List<String> names = request.getName().isEmpty() ? List.of("clients.calls-max", "notice")
            : List.of(request.getName());
        reply.onNext(ListSettingsReply.newBuilder().addAllSettings(names.stream().map(this::setting).toList()).build());
        reply.onCompleted();
    }

    @Override
    public final synchronized void setSetting(SetSettingRequest request, StreamObserver<LiveSetting> reply) {
        long had = last(request.getName()).map(SettingChange::getVersion).orElse(0L);
        if (request.hasExpectedVersion() && request.getExpectedVersion() != had) {
            reply.onError(Status.FAILED_PRECONDITION.withDescription("it is at version " + had).asException());
            return;
        }
        changes.addFirst(change(request.getName(), request.getReason()).setValue(request.getValue()).build());
        reply.onNext(setting(request.getName()));
        reply.onCompleted();
    }

    @Override
    public final synchronized void settingHistory(SettingHistoryRequest request,
                                                  StreamObserver<SettingHistoryReply> reply) {
        reply.onNext(SettingHistoryReply.newBuilder().addAllChanges(changes.stream()
            .filter(change -> request.getName().isEmpty() || change.getName().equals(request.getName()))
            .limit(request.getLimit()).toList()).build());
        reply.onCompleted();
    }

    @Override
    public final synchronized void rollbackSetting(RollbackSettingRequest request, StreamObserver<LiveSetting> reply) {
        SettingChange.Builder made = change(request.getName(), "rollback to "
            + (request.hasVersion() ? request.getVersion() : "the one before"));
        changes.stream().filter(change -> change.getVersion() == request.getVersion()).findFirst()
            .ifPresent(change -> made.setValue(change.getValue()));
        changes.addFirst(made.build());
        reply.onNext(setting(request.getName()));
        reply.onCompleted();
    }
}
