package dev.trine.ssh;

import dev.trine.common.door.TerminalText;
import dev.trine.common.model.RequestId;
import dev.trine.common.relay.GitRelay;
import dev.trine.common.relay.RouterClient;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.command.CommandFactory;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.shell.ShellFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds what to run for a client's request: one of Git's programs, a greeting, or a sentence of refusal. */
final class Commands implements CommandFactory, ShellFactory {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    private static final Pattern ARCHIVE = Pattern.compile("git[- ]upload-archive\\b");
    private static final String SERVED = "use git clone, fetch and push with ssh://HOST/GROUP/NAME.git, or the commands"
        + " whoami, repo list [GROUP] and repo create PATH";

    private final GitRelay relay;
    private final RouterClient router;
    private final Exchanges exchanges;
    private final RandomGenerator random = new SecureRandom();
    private final SshAudit audit;
    private final HttpDoor http;

    Commands(GitRelay relay, RouterClient router, Exchanges exchanges, SshAudit audit, HttpDoor http) {
        this.http = http;
        this.relay = relay;
        this.router = router;
        this.exchanges = exchanges;
        this.audit = audit;
    }

    @Override
    public Command createCommand(ChannelSession channel, String command) {
        Optional<CommandLine> git = CommandLine.parse(command);
        if (git.isPresent()) {
            return new GitCommand(relay, exchanges, audit, http, git.get(), RequestId.random(random));
        }
        return Errand.parse(command)
            .<Command>map(errand -> new ErrandCommand(router, audit, errand, RequestId.random(random)))
            .orElseGet(() -> refusal(channel.getServerSession(), "'" + printable(command) + "'",
                ARCHIVE.matcher(command).lookingAt() ? http.archives() : SERVED));
    }

    @Override
    public Command createShell(ChannelSession channel) {
        String name = KeySignIn.userOf(channel.getServerSession()).name();
        return new Sentence("Hi " + name + "! You are signed in. Trine does not provide shell access.", 0);
    }

    /** What answers a request for a subsystem. */
    Command subsystem(ServerSession session, String name) {
        return refusal(session, "subsystem '" + printable(name) + "'", SERVED);
    }

    private Sentence refusal(ServerSession session, String what, String instead) {
        RequestId request = RequestId.random(random);
        LOG.atInfo().addKeyValue("request", request).addKeyValue("command", what).log("command not served");
        audit.unknownCommand(session, request, what);
        return new Sentence(request.on("trine: " + what + " is not served here; " + instead), ThreadCommand.FATAL);
    }

    private static String printable(String text) {
        String cut = text.length() > 100 ? text.substring(0, 100) + "..." : text;
        return TerminalText.line(cut);
    }
}
