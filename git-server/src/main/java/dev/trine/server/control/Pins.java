package dev.trine.server.control;

import dev.trine.proto.NodeStatusReply;
import dev.trine.proto.Pin;
import dev.trine.proto.RepairStorageReply;
import dev.trine.proto.ScrubStatus;
import dev.trine.proto.Withdrawn;
import dev.trine.server.replica.Scrub;
import dev.trine.server.replica.StorageHealth;
import dev.trine.server.replication.Withdrawal;
import java.util.List;

/** How sound the node's Git storage is, as messages. */
final class Pins {
    private static final int TOLD_MAX = 100;

    private Pins() {
    }

    static void tell(StorageHealth health, NodeStatusReply.Builder status) {
        List<dev.trine.server.replica.Pin> pins = health.pins();
        pins.stream().limit(TOLD_MAX).map(Pins::toProto).forEach(status::addPins);
        status.setPinned(pins.size()).setScrub(toProto(health.scrubbed()));
    }

    static Pin toProto(dev.trine.server.replica.Pin pin) {
        return Pin.newBuilder().setRepoId(pin.repo().value()).setCause(toProto(pin.withdrawal().cause()))
            .setDetail(pin.withdrawal().detail()).setSinceMs(pin.withdrawal().sinceMillis()).setDoing(pin.doing())
            .setAttempts(pin.attempts()).build();
    }

    static RepairStorageReply toProto(StorageHealth.Verified verified) {
        RepairStorageReply.Builder reply = RepairStorageReply.newBuilder().setPacks(verified.packs())
            .setRepaired(verified.repaired());
        verified.pin().map(Pins::toProto).ifPresent(reply::setPin);
        return reply.build();
    }

    private static ScrubStatus toProto(Scrub.Progress progress) {
        return ScrubStatus.newBuilder().setRounds(progress.round().complete()).setPacks(progress.packs())
            .setBytes(progress.bytes()).setDamaged(progress.damaged())
            .setRoundBeganMs(progress.round().began().toEpochMilli())
            .setAfterRepoId(progress.round().after().orElse("")).build();
    }

    private static Withdrawn.Cause toProto(Withdrawal.Cause cause) {
        return switch (cause) {
            case CORRUPT -> Withdrawn.Cause.CORRUPT;
            case MISSING -> Withdrawn.Cause.MISSING;
            case READ_ERROR -> Withdrawn.Cause.READ_ERROR;
            case WRITE_ERROR -> Withdrawn.Cause.WRITE_ERROR;
            case DISK_FULL -> Withdrawn.Cause.DISK_FULL;
            case OPERATOR -> Withdrawn.Cause.OPERATOR;
        };
    }
}
