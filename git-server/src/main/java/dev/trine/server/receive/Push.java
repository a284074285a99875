package dev.trine.server.receive;

import dev.trine.common.model.ObjectName;
import dev.trine.server.hosting.PushSession;
import dev.trine.server.hosting.PushSession.Received;
import dev.trine.server.pkt.OverLimitException;
import dev.trine.server.pkt.SideBandProgress;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.ProgressMonitor;

/** One push from its parsed commands to report-status: check names, receive the pack, check objects, commit, report. */
final class Push {
    private static final String UNPACKED = "ok";

    private final PushSession session;
    private final ReceiveSettings settings;
    private final PushRequest request;
    private final Identity identity;
    private final PushReply client;
    private final PushCaller caller;
    private final CommandRules rules;
    private final Verdicts verdicts;

    Push(PushSession session, ReceiveSettings settings, PushCaller caller, PushRequest request, Identity identity,
         PushReply client) {
        this.session = session;
        this.settings = settings;
        this.request = request;
        this.identity = identity;
        this.client = client;
        this.caller = caller;
        this.rules = new CommandRules(session, settings, caller.limits(), client);
        this.verdicts = new Verdicts(request.commands());
    }

    /**
     * Carries the push out.
     *
     * @param pack positioned behind the commands; read only if the client sends a pack
     * @throws OverLimitException there was no turn for it; nothing was changed
     */
    void run(InputStream pack) throws IOException, OverLimitException {
        if (request.bringsPack()) {
            caller.turns().requireRoom(caller.who());
        }
        rules.checkNames(request.commands(), verdicts);
        String unpack = unpack(pack);
        Optional<String> receipt = Optional.empty();
        if (unpack.equals(UNPACKED)) {
            rules.checkObjects(verdicts);
            receipt = commit();
        } else {
            verdicts.refuseRest("unpacker error");
        }
        verdicts.tell(caller.deed());
        if (receipt.isPresent() && showsReceipt()) {
            client.message(receipt.get());
        }
        if (request.wantsReport()) {
            client.report(verdicts.report(unpack));
        } else {
            client.finish();
        }
    }

    /** Takes the pack into quarantine; returns "ok" or why it is of no use. */
    private String unpack(InputStream pack) throws IOException, OverLimitException {
        Set<ObjectName> tips = verdicts.standing().stream().flatMap(command -> command.newId().stream())
            .collect(Collectors.toSet());
        session.buildsOn(verdicts.standing().stream().map(CommandRules::nameOf).toList());
        return switch (receive(pack, tips)) {
            case Received.Complete complete -> UNPACKED;
            case Received.Unusable unusable -> unusable.why();
            case Received.Incomplete incomplete -> {
                refuseIncomplete(incomplete.tips());
                yield UNPACKED;
            }
        };
    }

    private Received receive(InputStream pack, Set<ObjectName> tips) throws IOException, OverLimitException {
        SideBandProgress.Audience audience = request.quiet() ? SideBandProgress.Audience.NOBODY
            : SideBandProgress.Audience.USER;
        ProgressMonitor progress = client.progress(audience);
        if (!request.bringsPack()) {
            return session.check(tips, progress);
        }
        try (PushTurn turn = new PushTurn(caller.turns(), caller.who(), client.waiting(audience))) {
            session.whenArrived(turn);
            Received received = session.receive(pack, tips, progress);
            turn.require();
            return received;
        }
    }

    private void refuseIncomplete(Set<ObjectName> tips) {
        String why = request.shallow() ? "shallow update not allowed" : "missing necessary objects";
        for (Command command : verdicts.standing()) {
            if (command.newId().filter(tips::contains).isPresent()) {
                verdicts.refuse(command, why);
            }
        }
    }

    private Optional<String> commit() throws IOException {
        boolean wholly = request.atomic() || identity instanceof Identity.Named;
        if (wholly && verdicts.anyRefused()) {
            verdicts.refuseRest("atomic push failure");
            return Optional.empty();
        }
        List<Command> changes = new ArrayList<>();
        for (Command command : verdicts.standing()) {
            if (rules.deletesNothing(command)) {
                client.message("warning: deleting a non-existent ref\n");
            } else {
                changes.add(command);
            }
        }
        return new RefTransaction(session, verdicts, identity, wholly, client).commit(changes);
    }

    private boolean showsReceipt() {
        return switch (settings.receipt()) {
            case ALWAYS -> true;
            case UNLESS_QUIET -> !request.quiet();
            case NEVER -> false;
        };
    }
}
