package dev.trine.server.receive;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefRejection;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.PushSession;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Commits the commands that still stand as one transaction. Without "atomic" the refs that were rejected are left out
 * and the rest is tried again, under the same push id, at most {@value #ROUNDS_MAX} times; but not of a push that may
 * have been tried before, for nobody could tell which of the tries took effect.
 */
final class RefTransaction {
    private static final int ROUNDS_MAX = 10;
    private static final String FAILED = "failed to update ref";

    private final PushSession session;
    private final Verdicts verdicts;
    private final Identity identity;
    private final boolean wholly;
    private final PushReply client;

    /**
     * Commits nothing yet.
     *
     * @param wholly all refs or none
     * @param client told what to do when it is not as simple as yes or no
     */
    RefTransaction(PushSession session, Verdicts verdicts, Identity identity, boolean wholly, PushReply client) {
        this.session = session;
        this.verdicts = verdicts;
        this.identity = identity;
        this.wholly = wholly;
        this.client = client;
    }

    /**
     * Commits and records the verdict on each command.
     *
     * @param commands all of them standing, none of them deleting what does not exist
     * @return the receipt for the client, if anything was committed
     */
    Optional<String> commit(List<Command> commands) throws IOException {
        List<Command> open = commands;
        for (int round = 0; round < ROUNDS_MAX && !open.isEmpty(); round++) {
            switch (propose(open.stream().map(this::update).toList())) {
                case PushOutcome.Committed committed -> {
                    return Optional.of(receipt(committed));
                }
                case PushOutcome.Rejected rejected -> open = withoutRejected(open, rejected.rejections());
                case PushOutcome.NotApplied none -> {
                    client.message("trine: nothing was changed and nothing of this push will be; push again"
                        + (identity instanceof Identity.Named ? " with another trine.push-id\n" : "\n"));
                    open = refuse(open, none.why());
                }
                case PushOutcome.Indeterminate unknown -> open = unknown(open, unknown.why());
                case PushOutcome.Refused refused -> {
                    client.message("trine: nothing was changed; the same push may be tried again at any time\n");
                    open = refuse(open, refused.why());
                }
            }
        }
        refuse(open, FAILED);
        return Optional.empty();
    }

    private PushOutcome propose(List<RefUpdate> updates) {
        return switch (identity) {
            case Identity.Fresh fresh -> session.commit(updates);
            case Identity.Named named -> session.commitOnce(named.id(), updates);
            case Identity.Resent resent -> {
                PushOutcome outcome = session.commitOnce(resent.id(), updates);
                yield outcome instanceof PushOutcome.Rejected && !wholly && updates.size() > 1
                    ? new PushOutcome.Indeterminate("some refs of push " + resent.id() + " may have been updated, the"
                        + " connection to a node broke; fetch before pushing again") : outcome;
            }
        };
    }

    /** The one outcome that is neither yes nor no: the client is told how to find out. */
    private List<Command> unknown(List<Command> open, String why) throws IOException {
        client.message("trine: it is not known whether this push took effect; it was compared with version "
            + session.view().at().version() + ": fetch, and compare, before pushing again"
            + (identity instanceof Identity.Named ? ", or push again with the same trine.push-id\n" : "\n"));
        return refuse(open, why);
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
        if (wholly) {
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

    private String receipt(PushOutcome.Committed committed) {
        boolean before = committed.at().version() <= session.view().at().version();
        return "trine: version " + committed.at().version() + " durable on "
            + committed.nodes().stream().map(NodeId::value).collect(Collectors.joining(" "))
            + (committed.nodes().size() == 1 ? ", and on one more node, which could not be asked" : "")
            + committed.receipt().map(receipt -> " (receipt " + receipt.id() + ")").orElse("")
            + (before ? ", carried out before\n" : "\n");
    }
}
