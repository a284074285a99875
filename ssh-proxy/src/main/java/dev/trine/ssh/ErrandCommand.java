package dev.trine.ssh;

import dev.trine.common.door.TerminalText;
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

/** Runs an errand with the router's help. Prints what scripts can read, one thing per line. */
final class ErrandCommand extends ThreadCommand {
    private static final int REFUSED = 1;

    private final RouterClient router;
    private final SshAudit audit;
    private final Errand errand;

    ErrandCommand(RouterClient router, SshAudit audit, Errand errand) {
        this.router = router;
        this.audit = audit;
        this.errand = errand;
    }

    @Override
    int run(ChannelSession channel, Environment environment) throws IOException {
        User user = KeySignIn.userOf(channel.getServerSession());
        return switch (errand) {
            case Errand.WhoAmI who -> print(List.of(user.name(), user.credential().getName()));
            case Errand.ListRepositories list -> list(user, list.group());
            case Errand.CreateRepository create -> create(channel.getServerSession(), user, create.path());
        };
    }

    private int create(ServerSession session, User user, String path) throws IOException {
        Paths outcome = audit.audit().refusal()
            .<Paths>map(why -> new Paths.Refused(new Refusal(Refusal.Kind.UNAVAILABLE, why)))
            .orElseGet(() -> router.createPath(user, path));
        return switch (outcome) {
            case Paths.Page made -> {
                audit.created(session, String.join(" ", made.paths()), Optional.empty());
                yield print(made.paths());
            }
            case Paths.Refused refused -> {
                audit.created(session, path, Optional.of(refused.why().why()));
                yield refuse(refused);
            }
        };
    }

    private int list(User user, String group) throws IOException {
        String after = "";
        while (true) {
            switch (router.listPaths(user, group, after)) {
                case Paths.Refused refused -> {
                    return refuse(refused);
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

    private int refuse(Paths.Refused refused) throws IOException {
        say("trine: " + refused.why().why());
        return REFUSED;
    }
}
