package dev.trine.router.rpc;

import dev.trine.common.wire.Wire;
import dev.trine.proto.Replacement;
import dev.trine.proto.RepositoryMove;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.replacement.ReplacementView;
import dev.trine.router.wire.AdminWire;

/** Replacements as messages. */
final class ReplacementWire {
    private ReplacementWire() {
    }

    static Replacement toProto(ReplacementView view) {
        Replacement.Builder replacement = Replacement.newBuilder().setId(view.replacement().id())
            .setOldNode(view.replacement().leaving().value())
            .setJoining(Wire.toProto(view.replacement().joining())).setState(view.replacement().state().name())
            .setBegun(AdminWire.toProto(view.replacement().begun())).setRepositoriesMoved(view.moved())
            .setRepositoriesLeft(view.left()).setBytesCopied(view.bytesCopied()).setBytesTotal(view.bytesTotal())
            .addAllCopying(view.copying().stream().map(ReplacementWire::toProto).toList())
            .addAllBlocked(view.blocked().stream().map(ReplacementWire::toProto).toList())
            .setRepositoriesBlocked(view.blockedAll()).addAllWarnings(view.warnings());
        view.replacement().ended().ifPresent(ended -> replacement.setEnded(AdminWire.toProto(ended)));
        return replacement.build();
    }

    private static RepositoryMove toProto(ReplacementView.Part part) {
        return RepositoryMove.newBuilder().setRepoId(part.move().repository().value())
            .setPath(part.path().map(RepoPath::value).orElse("")).setBytesTotal(part.move().bytesTotal())
            .setBytesCopied(part.move().bytesCopied()).setProblem(part.move().problem()).build();
    }
}
