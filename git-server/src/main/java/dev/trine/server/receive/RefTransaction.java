package dev.trine.server.receive;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefRejection;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.PushSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Commits the commands that still stand as one transaction. Without "atomic" the refs that were rejected are left out
 * and the rest is tried again, under the same push id, at most {@value #ROUNDS_MAX} times.
 */
final class RefTransaction {
    private static final int ROUNDS_MAX = 10;
    private static final String FAILED = "failed to update ref";

    private final PushSession session;
    private final Verdicts verdicts;
    private final boolean atomic;

    RefTransaction(PushSession session, Verdicts verdicts, boolean atomic) {
        this.session = session;
        this.verdicts = verdicts;
        this.atomic = atomic;
    }

    /**
     * Commits and records the verdict on each command.
     *
     * @param commands all of them standing, none of them deleting what does not exist
     * @return the receipt for the client, if anything was committed
     */
    Optional<String> commit(List<Command> commands) {
        List<Command> open = commands;
        for (int round = 0; round < ROUNDS_MAX && !open.isEmpty(); round++) {
            switch (session.commit(open.stream().map(this::update).toList())) {
                case PushOutcome.Committed committed -> {
                    return Optional.of(receipt(committed));
                }
                case PushOutcome.Rejected rejected -> open = withoutRejected(open, rejected.rejections());
                case PushOutcome.NotApplied none -> open = refuse(open, none.why());
                case PushOutcome.Indeterminate unknown -> open = refuse(open, unknown.why());
                case PushOutcome.Refused refused -> open = refuse(open, refused.why());
            }
        }
        refuse(open, FAILED);
        return Optional.empty();
    }

    private List<Command> withoutRejected(List<Command> open, List<RefRejection> rejections) {
        Map<RefName, RefRejection> byName = new HashMap<>();
        rejections.stream().filter(rejection -> rejection.reason() != RefRejection.Reason.TRANSACTION_ABORTED)
            .forEach(rejection -> byName.put(rejection.name(), rejection));
        for (Command command : open) {
            RefRejection rejection = byName.get(CommandRules.nameOf(command));
            if (rejection != null) {
                verdicts.refuse(command, rejection.reason().text());
            }
        }
        List<Command> left = open.stream().filter(command -> !verdicts.isRefused(command)).toList();
        if (atomic) {
            return refuse(left, RefRejection.Reason.TRANSACTION_ABORTED.text());
        }
        return left.size() < open.size() ? left : refuse(left, FAILED);
    }

    private List<Command> refuse(List<Command> commands, String why) {
        commands.forEach(command -> verdicts.refuse(command, why));
        return List.of();
    }

    private RefUpdate update(Command command) {
        RefName name = CommandRules.nameOf(command);
        Optional<RefValue> expected = command.oldId().map(RefValue.Direct::new);
        if (expected.isEmpty() && command.isDelete()) {
            // Git deletes whatever is there when the client names no old id
            expected = session.view().refs().get(name);
        }
        return new RefUpdate(name, expected, command.newId().map(RefValue.Direct::new));
    }

    private static String receipt(PushOutcome.Committed committed) {
        return "trine: version " + committed.at().version() + " durable on "
            + committed.nodes().stream().map(NodeId::value).collect(Collectors.joining(" ")) + "\n";
    }
}
