package dev.trine.ssh;

import dev.trine.common.config.Durations;
import dev.trine.common.door.AddressRange;
import dev.trine.common.relay.User;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns connections away when there are too many: in all, from one address, or of one user; or when the address has
 * failed to sign in too often, or the connection is too old. Says who has come and who is gone. Any thread.
 */
final class SessionLimit implements SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(SessionLimit.class);
    private static final AttributeKey<Place> OF_ALL = new AttributeKey<>();
    private static final AttributeKey<Place> OF_ADDRESS = new AttributeKey<>();
    private static final AttributeKey<Place> OF_USER = new AttributeKey<>();
    private static final AttributeKey<Future<?>> END = new AttributeKey<>();

    private final SshServer server;
    private final Exchanges exchanges;
    private final FailedSignIns failed;
    private final SshLimits limits;
    private final ProxyAcceptor proxies;
    private final SshAudit audit;
    private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

    SessionLimit(SshServer server, Exchanges exchanges, FailedSignIns failed, SshLimits limits,
                 ProxyAcceptor proxies, SshAudit audit) {
        this.server = server;
        this.exchanges = exchanges;
        this.failed = failed;
        this.limits = limits;
        this.proxies = proxies;
        this.audit = audit;
    }

    /**
     * A connection's place among all, or those of the same address or user.
     *
     * @param of      whose
     * @param ordinal how many there were when it came, itself included
     */
    private record Place(String of, int ordinal) {
    }

    @Override
    public void sessionEstablished(Session session) {
        enter(session, OF_ALL, "all");
        exchanges.arrives(session);
        if (!session.isOpen()) {
            exchanges.leaves(session);
        }
        AddressRange.of(session.getRemoteAddress()).filter(peer -> !proxies.trusts(peer))
            .ifPresent(peer -> enter(session, OF_ADDRESS, peer.getHostAddress()));
        if (beyond(session, OF_ALL, 2L * limits.sessionsMax())
            .or(() -> beyond(session, OF_ADDRESS, 2L * limits.sessionsPerAddressMax())).isPresent()) {
            session.close(true); // not even a sentence
        }
    }

    /** Why a client whose address is known now may not go on, in a sentence; empty: it may. */
    Optional<String> refusal(ServerSession session) {
        Optional<InetAddress> from = AddressRange.of(session.getClientAddress());
        if (session.getAttribute(OF_ADDRESS) == null) {
            from.ifPresent(address -> enter(session, OF_ADDRESS, address.getHostAddress()));
        }
        Optional<String> why = crowd(session).or(() -> from.flatMap(failed::refusal));
        why.ifPresent(sentence -> audit.turnedAway(session, sentence));
        return why;
    }

    private Optional<String> crowd(Session session) {
        if (beyond(session, OF_ALL, limits.sessionsMax()).isPresent()) {
            return Optional.of(limits.sessionsMax() + " connections are open, which is the limit of this proxy"
                + " (limits.sessions-max); try again in a moment");
        }
        return beyond(session, OF_ADDRESS, limits.sessionsPerAddressMax()).map(place -> limits.sessionsPerAddressMax()
            + " connections from " + place.of() + " are open, which is the limit (limits.sessions-per-address-max); let"
            + " some finish, then try again");
    }

    private static Optional<Place> beyond(Session session, AttributeKey<Place> key, long most) {
        return Optional.ofNullable(session.getAttribute(key)).filter(place -> place.ordinal() > most);
    }

    /** Why somebody who has signed in may not go on, in a sentence; empty: he may. */
    Optional<String> refusalOfUser(ServerSession session) {
        Optional<String> why = beyond(session, OF_USER, limits.sessionsPerUserMax()).map(place -> "you have "
            + limits.sessionsPerUserMax() + " connections open, which is the limit (limits.sessions-per-user-max); let"
            + " some finish, then try again");
        why.ifPresent(sentence -> audit.stopped(session, sentence));
        return why;
    }

    /** Why no further operation may begin on a connection on which so many run; empty: it may. */
    Optional<String> refusalOfOperation(int running) {
        return running < limits.channelsMax() ? Optional.empty() : Optional.of(limits.channelsMax()
            + " operations run on this connection, which is the limit (limits.channels-max); let one finish, or connect"
            + " once more");
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event == Event.Authenticated && session instanceof ServerSession signedIn) {
            User user = KeySignIn.userOf(signedIn);
            enter(session, OF_USER, "user " + (user.credential().getUserId() == 0 ? user.credential().getName()
                : Long.toString(user.credential().getUserId())));
            AddressRange.of(signedIn.getClientAddress()).ifPresent(failed::succeeded);
            audit.signedIn(signedIn);
            session.setAttribute(END, end(session, limits.sessionMax()));
            if (!session.isOpen()) {
                cancelEnd(session);
            }
        }
    }

    private Future<?> end(Session session, Duration after) {
        return server.getScheduledExecutorService().schedule(() -> turnAway(session, "this connection is older than "
            + Durations.format(after) + ", which is the limit (limits.session-max); connect again"), after.toMillis(),
            TimeUnit.MILLISECONDS);
    }

    private static void cancelEnd(Session session) {
        Future<?> end = session.removeAttribute(END);
        if (end != null) {
            end.cancel(false);
        }
    }

    /** A connection that has closed meanwhile does not stay: what happens at its end may be over. */
    private void enter(Session session, AttributeKey<Place> key, String of) {
        session.setAttribute(key, new Place(of, open.merge(of, 1, Integer::sum)));
        if (!session.isOpen()) {
            leave(session, key);
        }
    }

    private void leave(Session session, AttributeKey<Place> key) {
        Place place = session.removeAttribute(key);
        if (place != null) {
            open.computeIfPresent(place.of(), (of, count) -> count > 1 ? count - 1 : null);
        }
    }

    @Override
    public void sessionClosed(Session session) {
        exchanges.leaves(session);
        leave(session, OF_ALL);
        leave(session, OF_ADDRESS);
        leave(session, OF_USER);
        cancelEnd(session);
        if (!(session instanceof ServerSession client) || session.isAuthenticated()) {
            return;
        }
        if (SignInAttempts.wereMade(client)) {
            audit.failed(client);
        }
        if (SignInAttempts.haveFailed(client)) {
            AddressRange.of(client.getClientAddress()).flatMap(failed::failed)
                .ifPresent(ban -> audit.banned(client, ban));
        }
    }

    /** Ends a connection with a sentence. */
    static void turnAway(Session session, String why) {
        try {
            session.disconnect(SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS, "trine: " + why);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a client that was to be turned away is gone");
            session.close(true);
        }
    }
}
