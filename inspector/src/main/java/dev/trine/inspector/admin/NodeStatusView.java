package dev.trine.inspector.admin;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/**
 * One node with the replacements that it has a part in.
 *
 * @param notKnown why replacements are not known at the moment; empty: they are
 */
record NodeStatusView(NodeView node, List<ReplacementView> replacements, Optional<String> notKnown) {
    void print(PrintWriter out) {
        out.println("node          " + node.name() + " in zone " + node.zone() + " at " + node.address());
        out.println("state         " + node.state());
        out.println("shards        " + (node.shards().isEmpty() ? "-" : String.join(", ", node.shards())));
        out.println("repositories  " + node.repositories().map(Object::toString).orElse("-"));
        out.println("registered    " + node.registeredIncarnation().orElse("-"));
        out.println("disk          " + node.incarnation().orElse("-"));
        node.problem().ifPresent(problem -> out.println("problem       " + problem));
        notKnown.ifPresent(why -> out.println("replacements  not known: " + why));
        for (ReplacementView replacement : replacements) {
            out.println("replacement   of " + replacement.what() + ", " + replacement.state() + ": "
                + replacement.progress());
            replacement.copying().forEach(part -> out.println("  copying     " + part.name() + ", "
                + ReplacementView.mebibytes(part.bytesCopied()) + " of "
                + ReplacementView.mebibytes(part.bytesTotal()) + " MiB"));
            replacement.blocked().forEach(part -> out.println("  blocked     " + part.name() + ": "
                + part.problem().orElse("")));
        }
    }
}
