package dev.trine.common.relay;

import dev.trine.common.model.RequestId;
import dev.trine.proto.ContentRequest;
import dev.trine.proto.GitOpen;

/**
 * A client's request for a file or an archive.
 *
 * @param path          repository as the client named it, with or without ".git" and leading slash
 * @param user          who asks
 * @param clientAddress for logs and limits
 * @param request       what it is called in logs, and in what its client is told
 * @param asked         what is asked for; the repository, the read point and who asks are filled in for each node
 */
public record ContentExchange(String path, User user, String clientAddress, RequestId request,
                              ContentRequest asked) {
    /** As the router knows it: it is routed like a fetch. */
    GitExchange fetch() {
        return new GitExchange(GitProgram.UPLOAD_PACK, path, user, GitOpen.Framing.STATELESS, "", clientAddress,
            request);
    }

    /** What a node is asked. */
    ContentRequest open(Route route) {
        return asked.toBuilder().setRepoId(route.repo().value()).setReadPoint(route.readPoint()).setUser(user.name())
            .setPath(path).setClientAddress(clientAddress).setRequestId(request.value())
            .setLane(user.actsForItself() ? GitOpen.Lane.AUTOMATION : GitOpen.Lane.LANE_UNSPECIFIED).build();
    }
}
