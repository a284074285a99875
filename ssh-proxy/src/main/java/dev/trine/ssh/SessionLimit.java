package dev.trine.ssh;

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
     * A connection's place among those of the same address or user.
     *
     * @param of      whose
     * @param ordinal how many there were when it came, itself included
     */
    private record Place(String of, int ordinal) {
    }

    @Override
    public void sessionEstablished(Session session) {
        if (server.getActiveSessions().size() > limits.sessionsMax()) {
            String why = limits.sessionsMax() + " connections are open, which is the limit; try again";
            if (session instanceof ServerSession client) {
                audit.turnedAway(client, why);
            }
            turnAway(session, why);
            return;
        }
        exchanges.arrives(session);
        AddressRange.of(session.getRemoteAddress()).filter(peer -> !proxies.trusts(peer))
            .ifPresent(peer -> enter(session, OF_ADDRESS, peer.getHostAddress()));
        Place place = session.getAttribute(OF_ADDRESS);
        if (place != null && place.ordinal() > 2 * limits.sessionsPerAddressMax()) {
            session.close(true); // not even a sentence
        }
    }

    /** Why a client whose address is known now may not go on, in a sentence; empty: it may. */
    Optional<String> refusal(ServerSession session) {
        Optional<InetAddress> from = AddressRange.of(session.getClientAddress());
        if (session.getAttribute(OF_ADDRESS) == null) {
            from.ifPresent(address -> enter(session, OF_ADDRESS, address.getHostAddress()));
        }
        Place place = session.getAttribute(OF_ADDRESS);
        Optional<String> why = place != null && place.ordinal() > limits.sessionsPerAddressMax()
            ? Optional.of(limits.sessionsPerAddressMax() + " connections from " + place.of()
                + " are open, which is the limit; try again")
            : from.flatMap(failed::refusal);
        why.ifPresent(sentence -> audit.turnedAway(session, sentence));
        return why;
    }

    /** Why somebody who has signed in may not go on, in a sentence; empty: he may. */
    Optional<String> refusalOfUser(ServerSession session) {
        Place place = session.getAttribute(OF_USER);
        Optional<String> why = place == null || place.ordinal() <= limits.sessionsPerUserMax() ? Optional.empty()
            : Optional.of("you have " + limits.sessionsPerUserMax() + " connections open, which is the limit; try"
                + " again");
        why.ifPresent(sentence -> audit.stopped(session, sentence));
        return why;
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
        }
    }

    private Future<?> end(Session session, Duration after) {
        return server.getScheduledExecutorService().schedule(() -> turnAway(session, "this connection is older than "
            + after.toMinutes() + " minutes, which is the limit; connect again"), after.toMillis(),
            TimeUnit.MILLISECONDS);
    }

    private void enter(Session session, AttributeKey<Place> key, String of) {
        session.setAttribute(key, new Place(of, open.merge(of, 1, Integer::sum)));
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
        leave(session, OF_ADDRESS);
        leave(session, OF_USER);
        Future<?> end = session.removeAttribute(END);
        if (end != null) {
            end.cancel(false);
        }
        if (!(session instanceof ServerSession client) || session.isAuthenticated()) {
            return;
        }
        if (PublicKeyProof.hasFailed(client) || KeySignIn.isUndecided(client)) {
            audit.failed(client);
        }
        if (PublicKeyProof.hasFailed(client)) {
            AddressRange.of(client.getClientAddress()).ifPresent(failed::failed);
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
