package dev.trine.ssh;

import dev.trine.common.door.TerminalText;
import dev.trine.common.model.RequestId;
import dev.trine.common.relay.Refusal;
import dev.trine.common.relay.RouterClient;
import dev.trine.common.relay.RouterClient.Paths;
import dev.trine.common.relay.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs an errand with the router's help. Prints what scripts can read, one thing per line. */
final class ErrandCommand extends ThreadCommand {
    private static final Logger LOG = LoggerFactory.getLogger(ErrandCommand.class);
    private static final int REFUSED = 1;
    private static final String LIST = "repo list";
    private static final String CREATE = "repo create";

    private final RouterClient router;
    private final SshAudit audit;
    private final Errand errand;
    private final RequestId request;

    ErrandCommand(RouterClient router, SshAudit audit, Errand errand, RequestId request) {
        this.router = router;
        this.audit = audit;
        this.errand = errand;
        this.request = request;
    }

    @Override
    Optional<RequestId> request() {
        return Optional.of(request);
    }

    @Override
    int run(ChannelSession channel, Environment environment) throws IOException {
        User user = KeySignIn.userOf(channel.getServerSession());
        return switch (errand) {
            case Errand.WhoAmI who -> print(List.of(user.name(), user.credential().getName()));
            case Errand.ListRepositories list -> list(channel.getServerSession(), user, list.group());
            case Errand.CreateRepository create -> create(channel.getServerSession(), user, create.path());
        };
    }

    private int create(ServerSession session, User user, String path) throws IOException {
        Paths outcome = audit.audit().refusal()
            .<Paths>map(why -> new Paths.Refused(new Refusal(Refusal.Kind.UNAVAILABLE, why)))
            .orElseGet(() -> router.createPath(user, path));
        return switch (outcome) {
            case Paths.Page made -> {
                audit.created(session, request, CREATE, String.join(" ", made.paths()));
                yield print(made.paths());
            }
            case Paths.Refused refused -> refuse(session, CREATE, path, refused.why().why());
        };
    }

    private int list(ServerSession session, User user, String group) throws IOException {
        String after = "";
        while (true) {
            switch (router.listPaths(user, group, after)) {
                case Paths.Refused refused -> {
                    return refuse(session, LIST, group, refused.why().why());
                }
                case Paths.Page page -> {
                    print(page.paths());
                    if (!page.more() || page.paths().isEmpty()) {
                        return 0;
                    }
                    after = page.paths().getLast();
                }
            }
        }
    }

    private int print(List<String> lines) throws IOException {
        for (String line : lines) {
            out().write((TerminalText.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return 0;
    }

    private int refuse(ServerSession session, String command, String path, String why) throws IOException {
        LOG.atInfo().addKeyValue("request", request).addKeyValue("command", command)
            .addKeyValue("path", TerminalText.line(path)).addKeyValue("why", TerminalText.line(why))
            .log("errand refused");
        audit.refused(session, request, command, path, why);
        say(request.on("trine: " + why));
        return REFUSED;
    }
}
