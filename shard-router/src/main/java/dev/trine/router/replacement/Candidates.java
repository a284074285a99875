package dev.trine.router.replacement;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.proto.NodeStatusReply;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.Replacement;
import dev.trine.router.metadata.Shard;
import dev.trine.router.nodes.NodeCalls;
import dev.trine.router.nodes.NodeView;
import dev.trine.router.nodes.NodeView.State;
import dev.trine.router.nodes.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out whether a node's disk may take the place of another, or of its own lost one. */
final class Candidates {
    private static final int HISTORY_MAX = 1000;
    private static final int ZONES_MIN = 2;
    private static final Duration STARTING_MAX = Duration.ofSeconds(3);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final Metadata metadata;
    private final Nodes nodes;

    Candidates(Metadata metadata, Nodes nodes) {
        this.metadata = metadata;
        this.nodes = nodes;
    }

    /** The disk that the joining node has now, if it is fit. */
    Answer<Member> fit(NodeId leaving, NodeId joining) throws InterruptedException {
        nodes.beatAll();
        if (nodes.node(leaving).isEmpty()) {
            return Answer.refuse(unknown(leaving, "there are " + names()));
        }
        NodeView view = whenStarted(joining);
        if (view == null) {
            return Answer.refuse(unknown(joining, "register it first with 'trine node add " + joining
                + " --zone ZONE --address HOST:PORT'"));
        }
        return answering(view).then(disk -> leaving.equals(joining) ? ownDisk(disk, view)
            : otherNode(leaving, disk, view));
    }

    /** A node that has just been started is noticed by the connection after the next one. */
    private @Nullable NodeView whenStarted(NodeId node) throws InterruptedException {
        long end = System.nanoTime() + STARTING_MAX.toNanos();
        NodeView view = nodes.views().get(node);
        while (view != null && view.state() == State.DOWN && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
            nodes.beatAll();
            view = nodes.views().get(node);
        }
        return view;
    }

    private static Refusal unknown(NodeId node, String remedy) {
        return Refusal.notFound("there is no node " + node + "; " + remedy);
    }

    private String names() {
        return nodes.cluster().nodes().stream().map(node -> node.id().value()).collect(Collectors.joining(", "));
    }

    private static Answer<Member> answering(NodeView view) {
        NodeId name = view.node().id();
        return switch (view.state()) {
            case UP, WIPED -> Answer.of(view.status().map(NodeCalls::memberOf), down(view));
            case DOWN -> Answer.refuse(down(view));
            case FOREIGN -> Answer.refuse(wrong(view.problem() + ": correct the address of " + name
                + " in the routers' configuration, or start " + name + " there"));
        };
    }

    private static Refusal down(NodeView view) {
        return Refusal.away("node " + view.node().id() + " at " + view.node().address() + " does not answer ("
            + view.problem() + "); start it, and then repeat the command");
    }

    private static Refusal wrong(String text) {
        return new Refusal(Refusal.Reason.WRONG_STATE, text);
    }

    /** A disk that is registered already is fit only if something is left to do. */
    private Answer<Member> ownDisk(Member disk, NodeView view) {
        NodeId node = disk.node();
        boolean registered = view.node().member().equals(Optional.of(disk));
        if (!registered || metadata.repositories().countOnDisksOf(node, disk) > 0 || earlier(node, disk)) {
            return Answer.of(disk);
        }
        return Answer.refuse(wrong("node " + node + " has the disk that it is registered with, and all its repositories"
            + " are on it: there is nothing to replace. To give it an empty disk, stop it, move its data away,"
            + " start it, and repeat the command"));
    }

    private Answer<Member> otherNode(NodeId leaving, Member disk, NodeView view) {
        NodeId joining = disk.node();
        if (view.state() == State.WIPED) {
            return Answer.refuse(wrong("node " + joining + " has itself lost its disk: replace that first with"
                + " 'trine node replace " + joining + " " + joining + "'"));
        }
        Optional<Shard> both = nodes.cluster().shards().stream()
            .filter(shard -> shard.nodes().contains(leaving) && shard.nodes().contains(joining)).findFirst();
        if (both.isPresent()) {
            return Answer.refuse(wrong("both nodes belong to shard " + both.get().name()
                + ", whose repositories need three nodes; name one that does not"));
        }
        int repositories = (int) view.status().map(NodeStatusReply::getRepositories).orElse(0L).longValue();
        return repositories == 0 || earlier(leaving, disk) ? Answer.of(disk)
            : Answer.refuse(wrong("node " + joining + " is not empty, it holds " + repositories
                + " repositories; name an empty node, or start this one with an empty data directory"));
    }

    /** Whether that disk was chosen for this before: then it need not be empty any more. */
    private boolean earlier(NodeId leaving, Member disk) {
        return metadata.replacements().list(HISTORY_MAX).stream()
            .anyMatch(before -> before.leaving().equals(leaving) && before.joining().equals(disk));
    }

    /** What is not as it should be once the replacement is done. */
    List<String> warnings(Replacement replacement) {
        List<String> warnings = new ArrayList<>();
        for (Shard shard : nodes.cluster().shards()) {
            List<NodeId> after = shard.nodes().stream()
                .map(node -> node.equals(replacement.leaving()) ? replacement.joining().node() : node).toList();
            List<String> zones = after.stream().flatMap(node -> nodes.node(node).stream())
                .map(node -> node.zone()).distinct().toList();
            if (after.contains(replacement.joining().node()) && zones.size() < ZONES_MIN) {
                warnings.add("the nodes of shard " + shard.name() + " then all stand in zone " + zones.getFirst()
                    + ": one failure takes them all; replace one by a node of another zone");
            }
        }
        return warnings;
    }
}
