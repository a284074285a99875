package dev.trine.router.replacement;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.Cluster;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.Move;
import dev.trine.router.metadata.Move.Stage;
import dev.trine.router.metadata.Replacement;
import dev.trine.router.metadata.Replacement.State;
import dev.trine.router.metadata.Replacements.Sum;
import dev.trine.router.metadata.Repository;
import dev.trine.router.nodes.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What the cluster's administrators may ask about replacing nodes; {@link ReplacementWork} does it. Any thread. */
public final class ReplacementService {
    private static final int PARTS_MAX = 100;

    private final Metadata metadata;
    private final Nodes nodes;
    private final ReplacementWork work;
    private final Candidates candidates;

    /**
     * Asks nothing yet.
     *
     * @param work is told at once of what was begun or taken back
     */
    public ReplacementService(Metadata metadata, Nodes nodes, ReplacementWork work) {
        this.work = work;
        this.metadata = metadata;
        this.nodes = nodes;
        this.candidates = new Candidates(metadata, nodes);
    }

    private static Answer<Access> administrator(Access caller) {
        return caller.administersCluster() ? Answer.of(caller)
            : Answer.refuse(Refusal.forbidden("only administrators of the cluster may look after its nodes"));
    }

    /** Registers a node; whatever answers there first under that name is its disk. */
    public Answer<NodeId> addNode(Access caller, NodeId name, String zone, String address)
        throws InterruptedException {
        Answer<NodeId> added = administrator(caller).then(may -> metadata.cluster().addNode(name, zone, address)
            ? Answer.of(name) : Answer.refuse(Refusal.taken("there is a node " + name + " already")));
        nodes.beatAll();
        return added;
    }

    /** Forgets a node that belongs to nothing any more. */
    public Answer<NodeId> removeNode(Access caller, NodeId name) throws InterruptedException {
        Answer<NodeId> removed = administrator(caller).then(may -> removed(name));
        nodes.beatAll();
        return removed;
    }

    private Answer<NodeId> removed(NodeId name) {
        return switch (metadata.cluster().removeNode(name)) {
            case Cluster.Removal.Removed gone -> Answer.of(name);
            case Cluster.Removal.Unknown unknown -> Answer.refuse(Refusal.notFound("there is no node " + name
                + "; list them with 'trine node list'"));
            case Cluster.Removal.InShard in -> Answer.refuse(new Refusal(Refusal.Reason.WRONG_STATE, "node " + name
                + " belongs to shard " + in.shard() + "; have another node take its place first, with 'trine node"
                + " replace " + name + " NEW'"));
            case Cluster.Removal.Holds holds -> Answer.refuse(new Refusal(Refusal.Reason.WRONG_STATE, "node " + name
                + " still holds " + holds.repositories() + " repositories (" + String.join(", ", holds.examples())
                + (holds.repositories() > holds.examples().size() ? ", ..." : "") + "); have them moved first, with"
                + " 'trine node replace " + name + " NEW'"));
            case Cluster.Removal.Moving moving -> Answer.refuse(underWay(moving.open()));
        };
    }

    /** Begins a replacement, or names the one that is under way or done already. */
    public Answer<ReplacementView> replace(Access caller, NodeId leaving, NodeId joining)
        throws InterruptedException {
        if (administrator(caller) instanceof Answer.Refused<Access> refused) {
            return Answer.refuse(refused.why());
        }
        Answer<Replacement> begun = switch (candidates.fit(leaving, joining)) {
            case Answer.Refused<Member> refused -> Answer.refuse(refused.why());
            case Answer.Given<Member> disk -> begin(leaving, disk.value());
        };
        work.lookNow();
        nodes.beatAll(); // so that this router gives the leaving disk nothing new
        return begun.map(this::view);
    }

    private Answer<Replacement> begin(NodeId leaving, Member joining) {
        for (Replacement open : metadata.replacements().open()) {
            boolean same = open.leaving().equals(leaving) && open.joining().equals(joining);
            if (same && open.state() == State.RUNNING) {
                return Answer.of(open);
            }
            if (open.leaving().equals(leaving) && open.joining().node().equals(joining.node()) && !same) {
                supersede(open);
            } else if (open.leaving().equals(leaving)) {
                return Answer.refuse(underWay(open));
            }
        }
        return Answer.of(done(leaving, joining).orElseGet(() -> metadata.replacements().begin(leaving, joining)));
    }

    private static Refusal underWay(Replacement open) {
        String remedy = open.state() == State.CANCELLING ? ", which was cancelled and has not ended; try again shortly"
            : "; cancel that first with 'trine node replace --cancel " + open.leaving() + " " + open.joining().node()
                + "'";
        return new Refusal(Refusal.Reason.WRONG_STATE, "node " + open.leaving() + " is being replaced by "
            + open.joining().node() + remedy);
    }

    /** The disk that was to take the place was itself lost: there is nothing to take back from it. */
    private void supersede(Replacement open) {
        metadata.replacements().cancel(open);
        metadata.replacements().find(open.id()).filter(now -> now.state() == State.CANCELLING)
            .ifPresent(metadata.replacements()::end);
    }

    /** The newest one with these, if it is done and nothing has come up since. */
    private Optional<Replacement> done(NodeId leaving, Member joining) {
        return metadata.replacements().list(PARTS_MAX).stream()
            .filter(before -> before.leaving().equals(leaving) && before.joining().equals(joining)).findFirst()
            .filter(before -> before.state() == State.DONE
                && metadata.repositories().countOnDisksOf(leaving, joining) == 0);
    }

    /** Takes a replacement back. */
    public Answer<ReplacementView> cancel(Access caller, NodeId leaving, NodeId joining) {
        return administrator(caller).then(may -> Answer.of(metadata.replacements().open().stream()
            .filter(open -> open.leaving().equals(leaving) && open.joining().node().equals(joining)).findFirst(),
            Refusal.notFound("no replacement of " + leaving + " by " + joining + " is running; list them with"
                + " 'trine node moves'"))).map(open -> {
                    metadata.replacements().cancel(open);
                    work.lookNow();
                    return view(metadata.replacements().find(open.id()).orElse(open));
                });
    }

    /** How far one is. */
    public Answer<ReplacementView> get(Access caller, long id) {
        return known(() -> administrator(caller).then(may -> Answer.of(metadata.replacements().find(id),
            Refusal.notFound("there is no replacement " + id))).map(this::view));
    }

    /** The newest ones, newest first. */
    public Answer<List<ReplacementView>> list(Access caller, int limit) {
        return known(() -> administrator(caller).map(may ->
            metadata.replacements().list(limit).stream().map(this::view).toList()));
    }

    private static <T> T known(Supplier<T> question) {
        try {
            return question.get();
        } catch (MetadataAwayException away) {
            throw away.meaning("replacements that were begun then go on by themselves, and until then at most with the"
                + " repositories that a router which was not restarted has in hand");
        }
    }

    private ReplacementView view(Replacement replacement) {
        Map<Stage, Sum> sums = metadata.replacements().sums(replacement);
        long left = replacement.state() == State.DONE ? 0
            : metadata.repositories().countOnDisksOf(replacement.leaving(), replacement.joining());
        long known = 0;
        long total = 0;
        long copied = 0;
        for (Sum sum : sums.values()) {
            known += sum.repositories();
            total += sum.bytesTotal();
            copied += sum.bytesCopied();
        }
        long moved = sums.get(Stage.MOVED).repositories();
        long unknown = replacement.state() == State.RUNNING ? Math.max(0, moved + left - known) : 0;
        return new ReplacementView(replacement, moved, left, copied, known == 0 ? 0 : total + total / known * unknown,
            parts(replacement, Stage.COPYING), parts(replacement, Stage.BLOCKED),
            sums.get(Stage.BLOCKED).repositories(), candidates.warnings(replacement));
    }

    private List<ReplacementView.Part> parts(Replacement replacement, Stage stage) {
        if (!replacement.state().isOpen()) {
            return List.of();
        }
        List<ReplacementView.Part> parts = new ArrayList<>();
        for (Move move : metadata.replacements().moves(replacement, stage, PARTS_MAX)) {
            parts.add(new ReplacementView.Part(move, metadata.repositories().find(move.repository())
                .map(Repository::path)));
        }
        return parts;
    }
}
