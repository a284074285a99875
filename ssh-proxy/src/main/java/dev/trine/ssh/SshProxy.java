package dev.trine.ssh;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.trine.common.audit.AuditLog;
import dev.trine.common.audit.TurnedAway;
import dev.trine.common.bulk.BulkConnections;
import dev.trine.common.config.HostPort;
import dev.trine.common.door.AddressRange;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.live.LiveState;
import dev.trine.common.relay.GitRelay;
import dev.trine.common.relay.LivePoll;
import dev.trine.common.relay.RouterClient;
import dev.trine.common.rpc.RpcChannels;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactoryFactory;
import org.apache.sshd.common.session.SessionHeartbeatController;
import org.apache.sshd.common.util.threads.ThreadUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.global.NoMoreSessionsHandler;

/** A running SSH proxy. */
public final class SshProxy implements AutoCloseable {
    private final SshServer server;
    private final Closer closer;

    private SshProxy(SshServer server, Closer closer) {
        this.server = server;
        this.closer = closer;
    }

    /** Starts the proxy; the host keys are made if they do not exist. */
    public static SshProxy start(SshProxyConfig config) throws StartException {
        HostKeyRing hostKeys = new HostKeys(config.hostKeys()).load();
        UserCertificates certificates = UserCertificates.open(config.certificates(), config.keys());
        LiveState live = new LiveState();
        Notice notice = Notice.open(config.noticeFile(), live);
        Closer closer = new Closer();
        SshAudit audit = new SshAudit(closer.open(AuditLog.open(config.audit(), "ssh-proxy", Clock.systemUTC())),
            new TurnedAway(1, System::nanoTime));
        RpcChannels channels =
            closer.open(new RpcChannels(config.security(), Optional.of(config.relay().window())));
        BulkConnections bulk = new BulkConnections(config.security());
        RouterClient router = new RouterClient(channels.to(config.router()), config.relay().routerAnswerMax());
        closer.open(LivePoll.start(router, live));
        Exchanges exchanges = new Exchanges(config.limits().exchangesMax());
        Commands commands = new Commands(new GitRelay(router, channels, bulk, config.relay(), audit.audit()),
            router, exchanges, audit, new HttpDoor(config.httpUrl()));
        Listener server = server(commands);
        show(server, hostKeys);
        FailedSignIns failed = new FailedSignIns(config.limits().bans(), Ticker.systemTicker());
        signIn(server, new KeySignIn(router, config.keys(), certificates, Clock.systemUTC()), notice);
        admit(server, config, failed, new HostKeyRotation(hostKeys), proxies -> new SessionLimit(server, exchanges,
            failed, config.limits(), proxies, audit));
        limit(server, config.limits());
        server.setHost(config.listen().host());
        server.setPort(config.listen().port());
        closer.open(() -> server.stop(true));
        try {
            server.start();
            closer.open(() -> exchanges.stop(config.limits().stopMax()));
            closer.open(server::listenNoMore);
        } catch (IOException | RuntimeException e) {
            throw refusal(config.listen(), e, closer);
        }
        return new SshProxy(server, closer);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /**
     * Closes its port, so that whoever comes takes another proxy, lets those who are connected begin and finish what
     * they came for, for a bounded time, then cuts them.
     */
    @Override
    public void close() throws Exception {
        closer.close();
    }

    /** A server that can close its door behind those who are in. */
    private static final class Listener extends SshServer {
        void listenNoMore() {
            acceptor.unbind();
        }
    }

    private static Listener server(Commands commands) {
        Listener server = (Listener) ServerBuilder.builder().factory(Listener::new).build();
        Algorithms.limit(server);
        // looking a key up blocks: as many threads as there are sessions, at most, and none while nothing happens
        server.setIoServiceFactoryFactory(
            new Nio2ServiceFactoryFactory(() -> ThreadUtils.newCachedThreadPool("ssh")));
        server.setCommandFactory(commands);
        server.setShellFactory(commands);
        server.setSubsystemFactories(List.of());
        server.setChannelFactories(List.of(new GitChannel.Factory(commands)));
        server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        return server;
    }

    private static void show(SshServer server, HostKeyRing hostKeys) {
        server.setKeyPairProvider(hostKeys.keys());
        server.setHostKeyCertificateProvider(hostKeys);
    }

    private static void signIn(SshServer server, KeySignIn signIn, Notice notice) {
        server.setUserAuthFactories(List.of(new PublicKeyProof.Factory(signIn, notice)));
        server.setPublickeyAuthenticator(signIn);
    }

    private static void admit(SshServer server, SshProxyConfig config, FailedSignIns failed, HostKeyRotation rotation,
                              Function<ProxyAcceptor, SessionLimit> limits) {
        ProxyAcceptor proxies =
            new ProxyAcceptor(config.proxyProtocolFrom().stream().map(AddressRange::parse).toList());
        SessionLimit limit = limits.apply(proxies);
        server.setServerProxyAcceptor(proxies);
        server.setSessionFactory(PreferringSession.factory(server, limit));
        server.addSessionListener(new PromptAcknowledgement());
        server.addSessionListener(limit);
        server.setServiceFactories(
            List.of(new SignInAttempts.Factory(failed), new GitConnection.Factory(limit, rotation)));
        server.setGlobalRequestHandlers(List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE, rotation));
    }

    private static void limit(SshServer server, SshLimits limits) {
        CoreModuleProperties.SERVER_IDENTIFICATION.set(server, "trine");
        CoreModuleProperties.TCP_NODELAY.set(server, true);
        CoreModuleProperties.SOCKET_KEEPALIVE.set(server, true);
        server.setSessionDisconnectHandler(new SessionEnds(limits));
        server.setSessionHeartbeat(SessionHeartbeatController.HeartbeatType.IGNORE, limits.keepAlive());
        CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(server, limits.channelsMax());
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, limits.authAttemptsMax());
        CoreModuleProperties.AUTH_TIMEOUT.set(server, limits.authMax());
        CoreModuleProperties.IDLE_TIMEOUT.set(server, limits.idleMax());
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(server, limits.idleMax().plusSeconds(15));
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(server, limits.idleMax());
        CoreModuleProperties.WINDOW_SIZE.set(server, limits.window().bytes());
    }

    private static StartException refusal(HostPort listen, Exception why, Closer closer) {
        StartException refusal = new StartException("cannot listen on " + listen + ": "
            + Objects.requireNonNullElse(why.getMessage(), why.getClass().getSimpleName())
            + "; stop what uses the port or choose another", why);
        try {
            closer.close();
        } catch (Exception e) {
            refusal.addSuppressed(e);
        }
        return refusal;
    }
}
