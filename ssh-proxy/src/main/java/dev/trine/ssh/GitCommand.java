package dev.trine.ssh;

import dev.trine.common.door.TerminalText;
import dev.trine.common.model.RequestId;
import dev.trine.common.relay.ClientEnd;
import dev.trine.common.relay.GitExchange;
import dev.trine.common.relay.GitRelay;
import dev.trine.common.relay.Relayed;
import dev.trine.common.relay.Route;
import dev.trine.common.relay.Upstream;
import dev.trine.common.relay.UpstreamWatch;
import dev.trine.proto.GitOpen;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.channel.ChannelSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of Git's programs, run on the node that the router names. */
final class GitCommand extends ThreadCommand {
    private static final Logger LOG = LoggerFactory.getLogger(GitCommand.class);

    private final GitRelay relay;
    private final Exchanges exchanges;
    private final SshAudit audit;
    private final HttpDoor http;
    private final CommandLine command;
    private final RequestId request;

    GitCommand(GitRelay relay, Exchanges exchanges, SshAudit audit, HttpDoor http, CommandLine command,
               RequestId request) {
        this.http = http;
        this.relay = relay;
        this.exchanges = exchanges;
        this.audit = audit;
        this.command = command;
        this.request = request;
    }

    @Override
    Optional<RequestId> request() {
        return Optional.of(request);
    }

    @Override
    int run(ChannelSession channel, Environment environment) throws IOException {
        Optional<String> refusal = exchanges.begin(channel.getSession());
        if (refusal.isPresent()) {
            audit.refused(channel.getServerSession(), command, request, refusal.get());
            return refuse("an exchange may not begin", refusal.get());
        }
        // not before the client has got the last byte and the exit status
        channel.addCloseFutureListener(closed -> exchanges.end());
        return exchange(channel, environment);
    }

    private int exchange(ChannelSession channel, Environment environment) throws IOException {
        String protocol = environment.getEnv().getOrDefault(GitChannel.GIT_PROTOCOL, "");
        GitExchange exchange = new GitExchange(command.program(), command.path(),
            KeySignIn.userOf(channel.getServerSession()), GitOpen.Framing.DUPLEX, protocol,
            String.valueOf(channel.getServerSession().getClientAddress()), request);
        return switch (relay.relay(exchange, new SshEnd())) {
            case Relayed.Served served -> served.exit();
            case Relayed.Refused refused -> refuse("exchange refused", refused.why().why());
            case Relayed.Beyond beyond -> refuse(exchange, beyond.upstream());
            case Relayed.Broken broken -> {
                LOG.atWarn().addKeyValue("request", request).addKeyValue("path", command.path())
                    .addKeyValue("user", exchange.user().name()).addKeyValue("why", broken.why())
                    .log("exchange broke off");
                say(request.on("trine: " + broken.why()));
                yield FATAL;
            }
        };
    }

    private int refuse(GitExchange exchange, Upstream upstream) throws IOException {
        String why = http.sentenceFor(upstream.path());
        try (UpstreamWatch watch = relay.watch(exchange, upstream, sentence -> { })) {
            watch.refused(why);
        }
        return refuse("exchange refused", why);
    }

    private int refuse(String event, String why) throws IOException {
        LOG.atInfo().addKeyValue("request", request).addKeyValue("path", TerminalText.line(command.path()))
            .addKeyValue("why", TerminalText.line(why)).log(event);
        say(request.on("trine: " + why));
        return FATAL;
    }

    private final class SshEnd implements ClientEnd {
        @Override
        public InputStream in() {
            return GitCommand.this.in();
        }

        @Override
        public OutputStream accept(Route route) throws IOException {
            if (route.stale()) {
                say("trine: possibly old: version " + route.readPoint().getMinimum().getVersion()
                    + "; too few nodes answer to tell whether there is a newer one");
            }
            return out();
        }

        @Override
        public OutputStream messages() {
            return err();
        }

        @Override
        public Duration drainMax() {
            return Duration.ZERO;
        }
    }
}
