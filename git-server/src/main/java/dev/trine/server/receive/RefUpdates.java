package dev.trine.server.receive;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefRejection;
import dev.trine.common.model.RefUpdate;
import dev.trine.server.hosting.Hosting;
import dev.trine.server.hosting.Opened;
import dev.trine.server.hosting.PushSession;
import dev.trine.server.hosting.PushSession.Received;
import dev.trine.server.hosting.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.NullProgressMonitor;

/**
 * Changes of refs without a pack, as a review tool makes them: a push whose objects are there already, named by a
 * token. The same rules hold as for a push, all changes apply or none, and the changes wait for the same append as the
 * pushes that come at the same time. Called by many threads.
 */
public final class RefUpdates {
    private final Hosting hosting;
    private final ReceiveSettings settings;

    public RefUpdates(Hosting hosting, ReceiveSettings settings) {
        this.hosting = hosting;
        this.settings = settings;
    }

    /**
     * Carries the changes out, or tells what became of an earlier call with the same token.
     *
     * @throws IOException              the disk failed before anything was proposed
     * @throws IllegalArgumentException there are more changes than one push may have
     */
    public RefUpdatesOutcome update(RefUpdatesCall call) throws IOException {
        if (call.updates().size() > settings.commandsMax()) {
            throw new IllegalArgumentException(call.updates().size() + " changes of refs, at most "
                + settings.commandsMax() + " are accepted (push.commands-max)");
        }
        return switch (hosting.openPush(call.repo(), call.at(), call.id(), call.user())) {
            case Opened.Refused<PushSession> refused -> new RefUpdatesOutcome.NotServed(refused.why());
            case Opened.Ready<PushSession> ready -> {
                try (PushSession session = ready.value()) {
                    yield update(call, session);
                } catch (IOException | UncheckedIOException e) {
                    Optional<String> withdrawn = hosting.withdrawn(call.repo());
                    if (withdrawn.isEmpty()) {
                        throw e;
                    }
                    yield new RefUpdatesOutcome.NotServed(new Refusal.Unavailable(withdrawn.get()));
                }
            }
        };
    }

    private RefUpdatesOutcome update(RefUpdatesCall call, PushSession session) throws IOException {
        Optional<PushOutcome> earlier = session.recorded(call.id(), call.updates());
        if (earlier.isPresent()) {
            return told(call, session, earlier.get());
        }
        Optional<RefUpdatesOutcome> against = broken(call, session);
        return against.isPresent() ? against.get() : told(call, session, call.first()
            ? session.commit(call.updates()) : session.commitOnce(call.id(), call.updates()));
    }

    /** Applies the rules of a push; empty: none is broken. */
    private Optional<RefUpdatesOutcome> broken(RefUpdatesCall call, PushSession session) throws IOException {
        StringBuilder remarks = new StringBuilder();
        CommandRules rules = new CommandRules(session, settings, call.limits(), remarks::append);
        Map<Command, RefName> commands = new LinkedHashMap<>();
        call.updates().forEach(update -> commands.put(Command.of(update), update.name()));
        Verdicts verdicts = new Verdicts(List.copyOf(commands.keySet()));
        rules.checkNames(verdicts.standing(), verdicts);
        session.buildsOn(commands.values());
        if (refuseIncomplete(session, verdicts) && !call.first()) {
            return Optional.of(new RefUpdatesOutcome.Unknown(session.view().at(), "objects that the new values reach"
                + " are not in the repository; if an earlier call with this token was carried out, they were then"));
        }
        rules.checkObjects(verdicts);
        if (!verdicts.anyRefused()) {
            return Optional.empty();
        }
        Map<RefName, String> reasons = new LinkedHashMap<>();
        commands.forEach((command, name) -> reasons.put(name,
            verdicts.reason(command).orElse(RefRejection.Reason.TRANSACTION_ABORTED.text())));
        return Optional.of(new RefUpdatesOutcome.Rejected(session.view().at(), reasons, remarks.toString().strip()));
    }

    /** Refuses what would make the repository incomplete; returns whether anything would. */
    private static boolean refuseIncomplete(PushSession session, Verdicts verdicts) throws IOException {
        Set<ObjectName> tips = verdicts.standing().stream().flatMap(command -> command.newId().stream())
            .collect(Collectors.toSet());
        return switch (session.check(tips, NullProgressMonitor.INSTANCE)) {
            case Received.Complete complete -> false;
            case Received.Unusable unusable -> throw new IllegalStateException("no pack was read: " + unusable.why());
            case Received.Incomplete incomplete -> {
                verdicts.standing().stream()
                    .filter(command -> command.newId().filter(incomplete.tips()::contains).isPresent())
                    .forEach(command -> verdicts.refuse(command, "missing necessary objects"));
                yield true;
            }
        };
    }

    private static RefUpdatesOutcome told(RefUpdatesCall call, PushSession session, PushOutcome outcome) {
        Position seen = session.view().at();
        return switch (outcome) {
            case PushOutcome.Committed committed -> new RefUpdatesOutcome.Committed(committed.at(), committed.nodes(),
                committed.receipt(), committed.at().version() <= seen.version());
            case PushOutcome.Rejected rejected ->
                new RefUpdatesOutcome.Rejected(rejected.at(), reasons(call.updates(), rejected), "");
            case PushOutcome.NotApplied none -> new RefUpdatesOutcome.NotApplied(none.why());
            case PushOutcome.Indeterminate unknown -> new RefUpdatesOutcome.Unknown(seen, unknown.why());
            case PushOutcome.Refused refused -> new RefUpdatesOutcome.Refused(refused.why());
        };
    }

    private static Map<RefName, String> reasons(List<RefUpdate> updates, PushOutcome.Rejected rejected) {
        Map<RefName, String> given = new HashMap<>();
        rejected.rejections().forEach(rejection -> given.put(rejection.name(), rejection.reason().text()));
        Map<RefName, String> reasons = new LinkedHashMap<>();
        updates.forEach(update -> reasons.put(update.name(),
            given.getOrDefault(update.name(), RefRejection.Reason.TRANSACTION_ABORTED.text())));
        return reasons;
    }
}
