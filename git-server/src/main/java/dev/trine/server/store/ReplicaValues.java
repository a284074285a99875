package dev.trine.server.store;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.Role;
import dev.trine.common.model.Sha256;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.Withdrawal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The stored forms of a replica's state, outcomes, receipts and staged pushes. Each begins with its form's version. */
final class ReplicaValues {
    private static final int VERSION = 1;
    /** Of the state of a replica that is withdrawn: a release that does not know of it refuses to open it. */
    private static final int VERSION_WITHDRAWN = 2;
    private static final int RECEIPT_WITH_USER = 2;

    private ReplicaValues() {
    }

    static byte[] encode(ReplicaState state) {
        Encoder to = new Encoder().octet(state.withdrawal().isPresent() ? VERSION_WITHDRAWN : VERSION)
            .octet(code(state.role())).number(state.generation());
        to.list(state.members(), to::member).epoch(state.promised()).position(state.base())
            .hex(state.baseChain().hex()).position(state.committed());
        state.withdrawal().ifPresent(withdrawal -> to.octet(code(withdrawal.cause())).text(withdrawal.detail())
            .number(withdrawal.sinceMillis()));
        return to.toBytes();
    }

    static ReplicaState decodeState(byte[] value) {
        return Decoder.decode(value, "replica state", from -> {
            boolean withdrawn = from.version(VERSION, VERSION_WITHDRAWN) == VERSION_WITHDRAWN;
            Role role = role(from.octet());
            long generation = from.number();
            List<Member> members = from.list(from::member);
            Epoch promised = from.epoch();
            Position base = from.position();
            Chain baseChain = new Chain(from.hex(64));
            Position committed = from.position();
            return new ReplicaState(role, generation, members, promised, base, baseChain, committed,
                withdrawn ? Optional.of(withdrawal(from)) : Optional.empty());
        });
    }

    private static Withdrawal withdrawal(Decoder from) {
        return new Withdrawal(cause(from.octet()), from.text(), from.number());
    }

    static byte[] encode(RecordedOutcome outcome) {
        return new Encoder().octet(VERSION).hex(outcome.push().value()).position(outcome.at())
            .octet(outcome.committed() ? 1 : 0).toBytes();
    }

    static RecordedOutcome decodeOutcome(byte[] value) {
        return Decoder.decode(value, "outcome of a push", from -> new RecordedOutcome(
            new PushId(from.version(VERSION).hex(32)), from.position(), from.octet() == 1));
    }

    static byte[] encode(StagedPush push) {
        Encoder to = new Encoder().octet(VERSION).hex(push.push().value());
        return to.list(push.packs(), pack -> to.hex(pack.hex()))
            .list(push.tips().stream().sorted(Comparator.comparing(ObjectName::hex)).toList(),
                tip -> to.hex(tip.hex()))
            .number(push.gcGeneration()).number(push.at().toEpochMilli()).toBytes();
    }

    static StagedPush decodeStaged(byte[] value) {
        return Decoder.decode(value, "staged push", from -> {
            PushId push = new PushId(from.version(VERSION).hex(32));
            List<PackName> packs = from.list(() -> new PackName(from.hex(40)));
            Set<ObjectName> tips = Set.copyOf(from.list(() -> new ObjectName(from.hex(40))));
            return new StagedPush(push, packs, tips, from.number(), Instant.ofEpochMilli(from.number()));
        });
    }

    static byte[] encode(Receipt receipt) {
        Encoder to = new Encoder();
        return to.octet(RECEIPT_WITH_USER).position(receipt.at()).hex(receipt.push().value())
            .hex(receipt.chain().hex()).hex(receipt.refs().hex()).hex(receipt.changes().hex())
            .number(receipt.time().toEpochMilli()).text(receipt.user())
            .list(receipt.nodes(), node -> to.text(node.value())).toBytes();
    }

    static Receipt decodeReceipt(byte[] value) {
        return Decoder.decode(value, "receipt", from -> {
            boolean named = from.version(VERSION, RECEIPT_WITH_USER) == RECEIPT_WITH_USER;
            return new Receipt(from.position(), new PushId(from.hex(32)), new Sha256(from.hex(64)),
                new Sha256(from.hex(64)), new Sha256(from.hex(64)), Instant.ofEpochMilli(from.number()),
                named ? from.text() : "", named ? from.list(() -> new NodeId(from.text())) : List.of());
        });
    }

    static byte[] encode(long number) {
        return new Encoder().fixed(number).toBytes();
    }

    static long decodeNumber(byte[] value) {
        return Decoder.decode(value, "number", Decoder::fixed);
    }

    private static int code(Role role) {
        return switch (role) {
            case VOTER -> 1;
            case LEARNER -> 2;
            case RETIRED -> 3;
            case DELETED -> 4;
            case WITHDRAWN -> 5;
            case UNKNOWN -> throw new IllegalArgumentException("a replica of role UNKNOWN is not stored");
        };
    }

    private static Role role(int code) {
        return switch (code) {
            case 1 -> Role.VOTER;
            case 2 -> Role.LEARNER;
            case 3 -> Role.RETIRED;
            case 4 -> Role.DELETED;
            case 5 -> Role.WITHDRAWN;
            default -> throw new IllegalArgumentException("unknown role: " + code);
        };
    }

    private static int code(Withdrawal.Cause cause) {
        return switch (cause) {
            case CORRUPT -> 1;
            case MISSING -> 2;
            case READ_ERROR -> 3;
            case WRITE_ERROR -> 4;
            case DISK_FULL -> 5;
            case OPERATOR -> 6;
        };
    }

    private static Withdrawal.Cause cause(int code) {
        return switch (code) {
            case 1 -> Withdrawal.Cause.CORRUPT;
            case 2 -> Withdrawal.Cause.MISSING;
            case 3 -> Withdrawal.Cause.READ_ERROR;
            case 4 -> Withdrawal.Cause.WRITE_ERROR;
            case 5 -> Withdrawal.Cause.DISK_FULL;
            case 6 -> Withdrawal.Cause.OPERATOR;
            default -> throw new IllegalArgumentException("unknown cause of a withdrawal: " + code);
        };
    }
}
