package dev.trine.common.wire;

import com.google.protobuf.ByteString;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.PushId;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.Role;
import dev.trine.common.model.Sha256;
import dev.trine.proto.ProbeReply;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Translates the wire's messages to domain values and back. Malformed input throws IllegalArgumentException with a
 * message that says what is wrong; a server answers it as INVALID_ARGUMENT.
 */
public final class Wire {
    private static final int OBJECT_NAME_BYTES = 20;
    private static final int MEMBERS = 3;
    private static final int USER_CHARS_MAX = 256;

    private Wire() {
    }

    public static dev.trine.proto.Epoch toProto(dev.trine.common.model.Epoch epoch) {
        return dev.trine.proto.Epoch.newBuilder().setGeneration(epoch.generation()).setCounter(epoch.counter())
            .setSlot(epoch.slot()).build();
    }

    public static dev.trine.common.model.Epoch fromProto(dev.trine.proto.Epoch epoch) {
        return new dev.trine.common.model.Epoch(epoch.getGeneration(), epoch.getCounter(), epoch.getSlot());
    }

    public static dev.trine.proto.Position toProto(Position position) {
        return dev.trine.proto.Position.newBuilder().setVersion(position.version())
            .setEpoch(toProto(position.epoch())).build();
    }

    public static Position fromProto(dev.trine.proto.Position position) {
        return new Position(position.getVersion(), fromProto(position.getEpoch()));
    }

    public static dev.trine.proto.Member toProto(Member member) {
        return dev.trine.proto.Member.newBuilder().setNode(member.node().value())
            .setIncarnation(member.incarnation().value()).build();
    }

    public static Member fromProto(dev.trine.proto.Member member) {
        return new Member(new NodeId(member.getNode()), new Incarnation(member.getIncarnation()));
    }

    public static List<Member> fromProto(List<dev.trine.proto.Member> members) {
        return members.stream().map(Wire::fromProto).toList();
    }

    public static ByteString toProto(Sha256 value) {
        return ByteString.copyFrom(HexFormat.of().parseHex(value.hex()));
    }

    public static Sha256 sha256(ByteString bytes) {
        return new Sha256(HexFormat.of().formatHex(bytes.toByteArray()));
    }

    public static dev.trine.proto.Receipt toProto(Receipt receipt) {
        return dev.trine.proto.Receipt.newBuilder().setAt(toProto(receipt.at())).setPushId(receipt.push().value())
            .setChain(toProto(receipt.chain())).setRefsDigest(toProto(receipt.refs()))
            .setChangesDigest(toProto(receipt.changes())).setAppliedAtMs(receipt.time().toEpochMilli())
            .setUser(receipt.user()).addAllNodes(receipt.nodes().stream().map(NodeId::value).toList()).build();
    }

    public static Receipt fromProto(dev.trine.proto.Receipt receipt) {
        if (receipt.getAppliedAtMs() < 0) {
            throw new IllegalArgumentException("a time before 1970");
        }
        if (receipt.getNodesCount() > MEMBERS) {
            throw new IllegalArgumentException("a receipt that names " + receipt.getNodesCount() + " nodes, at most "
                + MEMBERS + " hold a repository");
        }
        return new Receipt(fromProto(receipt.getAt()), new PushId(receipt.getPushId()), sha256(receipt.getChain()),
            sha256(receipt.getRefsDigest()), sha256(receipt.getChangesDigest()),
            Instant.ofEpochMilli(receipt.getAppliedAtMs()), user(receipt.getUser()),
            receipt.getNodesList().stream().map(NodeId::new).toList());
    }

    /** A user's name as it comes with a request or a change; empty: anonymous. */
    public static String user(String name) {
        if (name.length() > USER_CHARS_MAX) {
            throw new IllegalArgumentException("user has " + name.length() + " characters, at most " + USER_CHARS_MAX
                + " are accepted");
        }
        return name;
    }

    public static ByteString toProto(ObjectName name) {
        return ByteString.copyFrom(HexFormat.of().parseHex(name.hex()));
    }

    public static ObjectName objectName(ByteString bytes) {
        if (bytes.size() != OBJECT_NAME_BYTES) {
            throw new IllegalArgumentException("an object name of " + bytes.size() + " bytes, SHA-1 has 20");
        }
        return new ObjectName(HexFormat.of().formatHex(bytes.toByteArray()));
    }

    public static dev.trine.proto.RefValue toProto(RefValue value) {
        var proto = dev.trine.proto.RefValue.newBuilder();
        switch (value) {
            case RefValue.Direct direct -> {
                proto.setObjectId(toProto(direct.id()));
                direct.peeled().ifPresent(peeled -> proto.setPeeledId(toProto(peeled)));
            }
            case RefValue.Symbolic symbolic -> proto.setSymrefTarget(symbolic.target().value());
        }
        return proto.build();
    }

    public static RefValue fromProto(dev.trine.proto.RefValue value) {
        if (!value.getSymrefTarget().isEmpty()) {
            return new RefValue.Symbolic(new RefName(value.getSymrefTarget()));
        }
        return new RefValue.Direct(objectName(value.getObjectId()),
            value.getPeeledId().isEmpty() ? Optional.empty() : Optional.of(objectName(value.getPeeledId())));
    }

    public static dev.trine.proto.RefUpdate toProto(RefUpdate update) {
        var proto = dev.trine.proto.RefUpdate.newBuilder().setName(update.name().value());
        update.oldValue().ifPresent(value -> proto.setOldValue(toProto(value)));
        update.newValue().ifPresent(value -> proto.setNewValue(toProto(value)));
        return proto.build();
    }

    public static RefUpdate fromProto(dev.trine.proto.RefUpdate update) {
        return new RefUpdate(new RefName(update.getName()),
            update.hasOldValue() ? Optional.of(fromProto(update.getOldValue())) : Optional.empty(),
            update.hasNewValue() ? Optional.of(fromProto(update.getNewValue())) : Optional.empty());
    }

    public static dev.trine.proto.ReadPoint toProto(ReadPoint point) {
        var proto = dev.trine.proto.ReadPoint.newBuilder().setGeneration(point.generation())
            .setMinimum(toProto(point.minimum()));
        switch (point) {
            case ReadPoint.Committed c -> proto.setMode(dev.trine.proto.ReadPoint.Mode.COMMITTED);
            case ReadPoint.Proof p -> proto.setMode(dev.trine.proto.ReadPoint.Mode.PROOF);
            case ReadPoint.AsHolder h -> proto.setMode(dev.trine.proto.ReadPoint.Mode.AS_HOLDER)
                .setHolderEpoch(toProto(h.holder()));
            case ReadPoint.StaleAllowed s -> proto.setMode(dev.trine.proto.ReadPoint.Mode.STALE_ALLOWED);
        }
        return proto.build();
    }

    public static ReadPoint fromProto(dev.trine.proto.ReadPoint point) {
        long generation = point.getGeneration();
        Position minimum = fromProto(point.getMinimum());
        return switch (point.getMode()) {
            case COMMITTED -> new ReadPoint.Committed(generation, minimum);
            case PROOF -> new ReadPoint.Proof(generation, minimum);
            case AS_HOLDER -> new ReadPoint.AsHolder(generation, minimum, fromProto(point.getHolderEpoch()));
            case STALE_ALLOWED -> new ReadPoint.StaleAllowed(generation, minimum);
            case MODE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a read point without a mode that this version knows");
        };
    }

    public static Role fromProto(dev.trine.proto.Role role) {
        return switch (role) {
            case UNKNOWN -> Role.UNKNOWN;
            case VOTER -> Role.VOTER;
            case WITHDRAWN -> Role.WITHDRAWN;
            case LEARNER -> Role.LEARNER;
            case RETIRED -> Role.RETIRED;
            case DELETED -> Role.DELETED;
            case ROLE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a role that this version does not know");
        };
    }

    public static dev.trine.proto.Role toProto(Role role) {
        return switch (role) {
            case UNKNOWN -> dev.trine.proto.Role.UNKNOWN;
            case VOTER -> dev.trine.proto.Role.VOTER;
            case WITHDRAWN -> dev.trine.proto.Role.WITHDRAWN;
            case LEARNER -> dev.trine.proto.Role.LEARNER;
            case RETIRED -> dev.trine.proto.Role.RETIRED;
            case DELETED -> dev.trine.proto.Role.DELETED;
        };
    }

    /** The probe id is left for the caller to set. */
    public static ProbeReply toProto(ProbeAnswer answer) {
        var proto = ProbeReply.newBuilder().setRole(toProto(answer.role())).setGeneration(answer.generation())
            .setPromised(toProto(answer.promised())).setLast(toProto(answer.last()))
            .setCommitted(toProto(answer.committed())).setHolderReady(answer.holderReady());
        answer.members().forEach(member -> proto.addMembers(toProto(member)));
        answer.lease().ifPresent(lease ->
            proto.setLeaseHolder(toProto(lease.holder())).setLeaseEpoch(toProto(lease.epoch())));
        return proto.build();
    }

    /** Who answers stands in the envelope, not in the reply. */
    public static ProbeAnswer fromProto(Member from, ProbeReply reply) {
        Optional<ProbeAnswer.Lease> lease = reply.hasLeaseHolder()
            ? Optional.of(new ProbeAnswer.Lease(fromProto(reply.getLeaseHolder()), fromProto(reply.getLeaseEpoch())))
            : Optional.empty();
        return new ProbeAnswer(from, fromProto(reply.getRole()), reply.getGeneration(), fromProto(reply.getPromised()),
            fromProto(reply.getLast()), fromProto(reply.getCommitted()), lease, fromProto(reply.getMembersList()),
            reply.getHolderReady());
    }
}
