package dev.trine.server.rpc;

import dev.trine.proto.GitDeed;
import dev.trine.proto.GitExit;
import dev.trine.proto.RefDeed;
import dev.trine.server.hosting.Deed;
import dev.trine.server.hosting.GitService;

/** What a call did, as the proxy is told. */
final class Deeds {
    private static final int TEXT_CHARS_MAX = 512;

    private Deeds() {
    }

    static GitExit exit(GitService.Served.Exit exit, Deed deed) {
        GitExit.Builder told = GitExit.newBuilder().setCode(exit.code());
        return deed.isEmpty() ? told.build() : told.setDeed(toProto(deed)).build();
    }

    private static GitDeed toProto(Deed deed) {
        return GitDeed.newBuilder().setKind(toProto(deed.kind())).setRefsChanged(deed.refsChanged())
            .setRefsRefused(deed.refsRefused()).setWhy(bounded(deed.why()))
            .addAllRefs(deed.refs().stream().map(ref -> RefDeed.newBuilder().setRef(bounded(ref.name()))
                .setOldId(ref.oldId()).setNewId(ref.newId()).setResult(bounded(ref.result())).build()).toList())
            .build();
    }

    private static GitDeed.Kind toProto(Deed.Kind kind) {
        return switch (kind) {
            case NOTHING -> GitDeed.Kind.KIND_UNSPECIFIED;
            case LISTING -> GitDeed.Kind.LISTING;
            case NEGOTIATION -> GitDeed.Kind.NEGOTIATION;
            case CLONE -> GitDeed.Kind.CLONE;
            case FETCH -> GitDeed.Kind.FETCH;
            case PUSH -> GitDeed.Kind.PUSH;
        };
    }

    /** Half a character at the cut becomes a question mark. */
    private static String bounded(String text) {
        return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX - 3).replaceAll("\\p{Cs}$", "")
            + "...";
    }
}
