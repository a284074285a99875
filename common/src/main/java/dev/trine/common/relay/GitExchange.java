package dev.trine.common.relay;

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
 */
public record GitExchange(GitProgram program, String path, User user, GitOpen.Framing framing, String gitProtocol,
                          String clientAddress) {
    /** Longest value of GIT_PROTOCOL; a longer one counts as none. */
    public static final int GIT_PROTOCOL_CHARS_MAX = 1024;

    public GitExchange {
        if (gitProtocol.length() > GIT_PROTOCOL_CHARS_MAX) {
            gitProtocol = "";
        }
    }

    GitOpen open(Route route) {
        return GitOpen.newBuilder().setRepoId(route.repo().value()).setReadPoint(route.readPoint())
            .setFraming(framing).setGitProtocol(gitProtocol).setUser(user.name()).setPath(path)
            .setClientAddress(clientAddress).build();
    }
}
