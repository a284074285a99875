package dev.trine.http;

import dev.trine.common.audit.AuditAction;
import dev.trine.common.live.LiveSettings;
import dev.trine.common.live.LiveState;
import dev.trine.common.relay.GitExchange;
import dev.trine.common.relay.GitProgram;
import dev.trine.common.relay.GitRelay;
import dev.trine.common.relay.User;
import dev.trine.proto.GitOpen;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers every request, on a virtual thread that blocks until the answer is complete. What the path asks for is looked
 * at first, then who asks, and only then whether the repository exists.
 */
final class GitHandler extends Handler.Abstract {
    private static final String DUMB = "trine: the dumb HTTP protocol is not served; use git 1.6.6 or newer, or another"
        + " client that speaks the smart protocol";
    private static final String LFS = "trine: Git LFS is not served; keep the files in the repository, or in an LFS"
        + " store elsewhere, which 'git config lfs.url URL' names";
    private static final String UNKNOWN = "trine: nothing is served here; repositories are at /GROUP/NAME.git, for git"
        + " and not for a browser";

    private final Identification identification;
    private final GitRelay relay;
    private final ContentHandler contents;
    private final UpstreamDoor upstreams;
    private final SignIns signIns;
    private final HttpLimits limits;
    private final LiveState live;

    GitHandler(Identification identification, GitRelay relay, ContentHandler contents, UpstreamDoor upstreams,
               SignIns signIns, HttpLimits limits, LiveState live) {
        this.upstreams = upstreams;
        this.live = live;
        this.identification = identification;
        this.relay = relay;
        this.contents = contents;
        this.signIns = signIns;
        this.limits = limits;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        // while neither side is waited for here, silence is the node's, and the relay bounds it
        request.addIdleTimeoutListener(idle -> false);
        Answer answer = new Answer(request, response, callback, live.now().get(LiveSettings.NOTICE, ""));
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        switch (Target.of(request)) {
            case Target.Unknown unknown -> answer.text(HttpStatus.NOT_FOUND_404, UNKNOWN);
            case Target.Dumb dumb -> answer.text(HttpStatus.FORBIDDEN_403, DUMB);
            case Target.Lfs lfs -> refuseLfs(answer);
            case Target.Health health when reads -> answer.text(HttpStatus.OK_200, "ok");
            case Target.InfoRefs refs when reads ->
                exchange(request, answer, refs.program(), refs.path(), GitOpen.Framing.ADVERTISE);
            case Target.Content content when reads -> contents.handle(request, answer, content, limitsNow());
            case Target.Rpc rpc when !request.getMethod().equals("POST") -> answer.methodNotAllowed("POST");
            case Target.Rpc rpc when !hasType(request, rpc.program()) -> answer.text(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE_415, "trine: the Content-Type is not application/x-"
                    + rpc.program().text() + "-request");
            case Target.Rpc rpc -> exchange(request, answer, rpc.program(), rpc.path(), GitOpen.Framing.STATELESS);
            case Target.TokenExchange exchange when request.getMethod().equals("POST") ->
                identification.exchange(request, answer);
            case Target.TokenExchange exchange -> answer.methodNotAllowed("POST");
            case Target.Health health -> answer.methodNotAllowed("GET, HEAD");
            case Target.InfoRefs refs -> answer.methodNotAllowed("GET, HEAD");
            case Target.Content content -> answer.methodNotAllowed("GET, HEAD");
        }
        return true;
    }

    /** Its client shows its user the text of an answer in JSON only. */
    private static void refuseLfs(Answer answer) {
        answer.log(HttpStatus.NOT_IMPLEMENTED_501, LFS);
        answer.json(HttpStatus.NOT_IMPLEMENTED_501,
            Map.of("message", answer.id().on(LFS), "request_id", answer.id().value()));
    }

    private static boolean hasType(Request request, GitProgram program) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return type != null && type.split(";", 2)[0].strip().equals("application/x-" + program.text() + "-request");
    }

    private void exchange(Request request, Answer answer, GitProgram program, String path, GitOpen.Framing framing) {
        Optional<User> user;
        try {
            String credential = request.getHeaders().get(HttpHeader.AUTHORIZATION);
            user = relay.signIn(program, SignIns.client(request), credential == null ? "" : credential,
                () -> identification.user(request, answer));
        } catch (IOException stopped) {
            answer.breakOff(stopped);
            return;
        }
        if (user.isEmpty()) {
            return;
        }
        // what everybody may read needs no sign-in; whatever is refused then, he may be allowed who signs in
        if (user.get().isAnonymous() && program == GitProgram.RECEIVE_PACK) {
            signIns.missing(request, AuditAction.PUSH, path);
            answer.challenge();
        } else {
            new HttpExchange(relay, upstreams, limitsNow(), request, answer)
                .run(open(request, answer, user.get(), program, path, framing));
        }
    }

    private HttpLimits limitsNow() {
        return limits.with(live.now());
    }

    private static GitExchange open(Request request, Answer answer, User user, GitProgram program, String path,
                                    GitOpen.Framing framing) {
        String protocol = request.getHeaders().get("Git-Protocol");
        return new GitExchange(program, path, user, framing, protocol == null ? "" : protocol,
            SignIns.client(request), answer.id());
    }
}
