package dev.trine.router.rpc;

import dev.trine.proto.UpdateRepoRefsReply;
import dev.trine.proto.UpdateRepoRefsRequest;
import dev.trine.router.refs.RefChanges;

/** Changes of refs as messages; malformed input throws IllegalArgumentException with a sentence that says why. */
final class RefsWire {
    private static final int TOKEN_CHARS_MAX = 64;

    private RefsWire() {
    }

    static RefChanges.Wanted fromProto(UpdateRepoRefsRequest request) {
        if (request.getToken().isEmpty() || request.getToken().length() > TOKEN_CHARS_MAX) {
            throw new IllegalArgumentException("changes of refs need a token of 8 to " + TOKEN_CHARS_MAX
                + " characters");
        }
        return new RefChanges.Wanted(request.getChangesList(), request.getToken(), request.getFirst());
    }

    static UpdateRepoRefsReply toProto(RefChanges.Changed changed) {
        return UpdateRepoRefsReply.newBuilder().setRepoId(changed.repository().id().value())
            .setPath(changed.repository().path().toString()).setResult(changed.result()).build();
    }
}
