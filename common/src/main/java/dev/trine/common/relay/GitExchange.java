package dev.trine.common.relay;

import dev.trine.common.door.ClientHost;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RequestId;
import dev.trine.proto.GitOpen;

/**
 * One exchange of the pack protocol between a client and a repository.
 *
 * @param program       which of Git's programs the client asks for
 * @param path          repository as the client named it, with or without ".git" and leading slash
 * @param user          who asks
 * @param framing       which part of the conversation it is
 * @param gitProtocol   GIT_PROTOCOL or Git-Protocol as sent, at most {@link #GIT_PROTOCOL_CHARS_MAX}; may be empty
 * @param clientAddress for logs
 * @param request       what it is called in logs, and in what its client is told
 */
public record GitExchange(GitProgram program, String path, User user, GitOpen.Framing framing, String gitProtocol,
                          String clientAddress, RequestId request) {
    /** Longest value of GIT_PROTOCOL; a longer one counts as none. */
    public static final int GIT_PROTOCOL_CHARS_MAX = 1024;

    public GitExchange {
        if (gitProtocol.length() > GIT_PROTOCOL_CHARS_MAX) {
            gitProtocol = "";
        }
    }

    /**
     * With what other exchanges one waits in a row.
     *
     * @param who  the user; of somebody anonymous, or who signs in, his host
     * @param path the repository as the client named it; of somebody who signs in his credential
     */
    record Lane(String who, String path) {
    }

    Lane lane() {
        return new Lane(user.isAnonymous() ? ClientHost.of(clientAddress) : user.name(), path);
    }

    /** Whether the client's bytes may bring a push. */
    boolean pushes() {
        return program == GitProgram.RECEIVE_PACK && framing != GitOpen.Framing.ADVERTISE;
    }

    /** A sentence about a conversation that broke off; of a push it says that it may have gone through. */
    String told(String why, PushId push) {
        return pushes() ? why.replaceFirst("; try again$", "") + "; push " + push
            + " may still take effect: fetch before pushing again" : why;
    }

    /**
     * What opens it at a node.
     *
     * @param push       id of the push; not used if it is none
     * @param sentBefore whether another node was sent the push and may yet carry it out
     * @param takesBulk  whether much of the answer may come beside the call
     */
    GitOpen open(Route route, PushId push, boolean sentBefore, boolean takesBulk) {
        GitOpen.Builder open = GitOpen.newBuilder().setRepoId(route.repo().value()).setReadPoint(route.readPoint())
            .setFraming(framing).setGitProtocol(gitProtocol).setUser(user.name()).setPath(path)
            .setClientAddress(clientAddress).setLane(user.actsForItself() ? GitOpen.Lane.AUTOMATION
                : GitOpen.Lane.LANE_UNSPECIFIED).setTakesBulk(takesBulk).addAllRefLimits(route.refLimits())
            .setRequestId(request.value());
        return pushes() ? open.setPushId(push.value()).setSentBefore(sentBefore).build() : open.build();
    }
}
