package dev.trine.server.receive;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefLimits;
import dev.trine.common.model.RefLimits.Change;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.PushSession;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;

/** The rules that Git's receive-pack applies to each command, with its words. */
final class CommandRules {
    private static final String HEADS = "refs/heads/";

    private final PushSession session;
    private final ReceiveSettings settings;
    private final RefLimits limits;
    private final Remarks client;

    CommandRules(PushSession session, ReceiveSettings settings, RefLimits limits, Remarks client) {
        this.session = session;
        this.settings = settings;
        this.limits = limits;
        this.client = client;
    }

    /** Applies the rules that need no objects. */
    void checkNames(List<Command> commands, Verdicts verdicts) throws IOException {
        Optional<RefName> current = currentBranch();
        for (Command command : commands) {
            if (command.rawName().length() > RefName.BYTES_MAX) {
                error("the name of a ref has at most " + RefName.BYTES_MAX + " bytes, a limit that cannot be set; push"
                    + " to a shorter one");
                verdicts.refuse(command, "ref name too long");
            } else if (isFunny(command)) {
                error("refusing to update funny ref '" + command.shownName() + "' remotely");
                verdicts.refuse(command, "funny refname");
            } else if (session.view().refs().get(nameOf(command)).orElse(null) instanceof RefValue.Symbolic) {
                verdicts.refuse(command, "refusing to update a symbolic ref");
            } else if (settings.denyDeleteCurrent() && command.isDelete() && command.name().equals(current)) {
                error("refusing to delete the current branch: " + command.shownName());
                verdicts.refuse(command, "deletion of the current branch prohibited");
            } else {
                checkProtection(command, command.isDelete() ? Change.DELETION : Change.FORWARDS, verdicts);
            }
        }
        refuseDuplicates(verdicts);
        refuseConflicts(verdicts);
        refuseTooMany(verdicts);
    }

    /** Refs that a push deletes make no room for those that it adds: it may be carried out in part. */
    private void refuseTooMany(Verdicts verdicts) throws IOException {
        List<Command> added = verdicts.standing().stream()
            .filter(command -> !command.isDelete() && session.view().refs().get(nameOf(command)).isEmpty()).toList();
        if (!added.isEmpty() && RefCount.of(session.view().listing()) + added.size() > settings.refsMax()) {
            error("this repository may have " + settings.refsMax() + " refs (push.refs-max) and would have more; delete"
                + " some that nobody needs, then push again");
            added.forEach(command -> verdicts.refuse(command, "too many refs"));
        }
    }

    /** Applies the rules that look at the new objects, once they are there. */
    void checkObjects(Verdicts verdicts) throws IOException {
        try (RevWalk walk = new RevWalk(session.view().git())) {
            walk.setRetainBody(false);
            for (Command command : verdicts.standing()) {
                if (!command.isDelete() && command.rawName().startsWith(HEADS)) {
                    checkBranch(command, walk, verdicts);
                }
            }
            for (Command command : verdicts.standing()) {
                if (isLimited(command, Change.ELSEWHERE) && !isForwards(command, walk)) {
                    checkProtection(command, Change.ELSEWHERE, verdicts);
                }
            }
        }
    }

    private boolean isLimited(Command command, Change change) {
        return !command.isDelete() && limits.against(nameOf(command).value(), change).isPresent();
    }

    private void checkProtection(Command command, Change change, Verdicts verdicts) throws IOException {
        Optional<String> rule = limits.against(nameOf(command).value(), change);
        if (rule.isPresent()) {
            String what = switch (change) {
                case FORWARDS -> "change";
                case ELSEWHERE -> "force-push";
                case DELETION -> "delete";
            };
            error("you may not " + what + " '" + command.shownName() + "', which the rule '" + rule.get()
                + "' protects; ask a maintainer, or push to another ref");
            verdicts.refuse(command, "protected ref");
        }
    }

    /** Whether a ref is new, or a branch that keeps its history; a tag that moves does not. */
    private boolean isForwards(Command command, RevWalk walk) throws IOException {
        if (command.oldId().isEmpty() || command.oldId().equals(command.newId())) {
            return true;
        }
        try {
            RevObject tip = walk.parseAny(objectId(command.newId().orElseThrow()));
            return command.rawName().startsWith(HEADS) && tip instanceof RevCommit commit
                && isFastForward(command, commit, walk);
        } catch (MissingObjectException e) {
            return false;
        }
    }

    /** Whether a command asks for the deletion of what is not there, which Git grants with a warning. */
    boolean deletesNothing(Command command) throws IOException {
        if (!command.isDelete() || session.view().refs().get(nameOf(command)).isPresent()) {
            return false;
        }
        try (ObjectReader objects = session.view().git().newObjectReader()) {
            return command.oldId().isEmpty() || !objects.has(objectId(command.oldId().get()));
        }
    }

    private void checkBranch(Command command, RevWalk walk, Verdicts verdicts) throws IOException {
        try {
            RevObject object = walk.parseAny(objectId(command.newId().orElseThrow()));
            if (object.getType() != Constants.OBJ_COMMIT) {
                error("cannot update ref '" + command.shownName() + "': trying to write non-commit object "
                    + object.name() + " to branch '" + command.shownName() + "'");
                verdicts.refuse(command, "failed to update ref");
            } else if (settings.denyNonFastForwards() && !isFastForward(command, (RevCommit) object, walk)) {
                error("denying non-fast-forward " + command.shownName() + " (you should pull first)");
                verdicts.refuse(command, "non-fast-forward");
            }
        } catch (MissingObjectException e) {
            verdicts.refuse(command, "missing necessary objects");
        }
    }

    private static boolean isFastForward(Command command, RevCommit tip, RevWalk walk) throws IOException {
        if (command.oldId().isEmpty()) {
            return true;
        }
        RevObject old = walk.parseAny(objectId(command.oldId().get()));
        return old instanceof RevCommit base && walk.isMergedInto(base, tip);
    }

    private Optional<RefName> currentBranch() {
        return session.view().refs().get(RefName.HEAD).flatMap(head ->
            head instanceof RefValue.Symbolic symref ? Optional.of(symref.target()) : Optional.empty());
    }

    /** Git wants refs/ and one more level, except where old rubbish is deleted. */
    private static boolean isFunny(Command command) {
        String name = command.rawName();
        boolean oneLevel = name.indexOf('/', "refs/".length()) < 0;
        return command.name().isEmpty() || !name.startsWith("refs/") || oneLevel && !command.isDelete();
    }

    private static void refuseDuplicates(Verdicts verdicts) {
        Set<String> seen = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (Command command : verdicts.standing()) {
            if (!seen.add(command.rawName())) {
                twice.add(command.rawName());
            }
        }
        for (Command command : verdicts.standing()) {
            if (twice.contains(command.rawName())) {
                verdicts.refuse(command, "multiple updates for the same ref are not allowed");
            }
        }
    }

    /** Of two names in one push that exclude each other the first is granted. */
    private void refuseConflicts(Verdicts verdicts) throws IOException {
        DisjointNames names = new DisjointNames();
        for (Command command : verdicts.standing()) {
            if (!command.isDelete() && !names.add(command.rawName())) {
                error("cannot lock ref '" + command.shownName() + "': it excludes another ref of this push");
                verdicts.refuse(command, "failed to update ref");
            }
        }
    }

    private void error(String text) throws IOException {
        client.message("error: " + text + "\n");
    }

    static RefName nameOf(Command command) {
        return command.name().orElseThrow();
    }

    private static ObjectId objectId(ObjectName name) {
        return ObjectId.fromString(name.hex());
    }
}
