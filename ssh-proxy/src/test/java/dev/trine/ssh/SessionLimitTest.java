package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.trine.common.audit.Audit;
import dev.trine.common.audit.TurnedAway;
import dev.trine.common.config.ByteSize;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.session.ServerSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SessionLimitTest {
    private final SshLimits limits = new SshLimits(10, 1, 1, 1, 10, 20, Duration.ofSeconds(30), Duration.ofMinutes(1),
        Duration.ofHours(1), Duration.ofSeconds(30), new ByteSize(1 << 20), Duration.ofDays(1),
        new Bans(20, Duration.ofMinutes(1), Duration.ZERO, Optional.empty()));
    private final Exchanges exchanges = new Exchanges(1);
    private final SessionLimit limit = new SessionLimit(SshServer.setUpDefaultServer(), exchanges,
        new FailedSignIns(limits.bans(), Ticker.systemTicker()), limits, new ProxyAcceptor(List.of()),
        new SshAudit(Audit.NONE, new TurnedAway(1, System::nanoTime)));

    /** A connection from one address, of which nothing is known but whether it is open. */
    private static ServerSession connection(boolean open) {
        Map<Object, Object> attributes = new HashMap<>();
        return (ServerSession) Proxy.newProxyInstance(SessionLimitTest.class.getClassLoader(),
            new Class<?>[] {ServerSession.class}, (proxy, method, arguments) -> switch (method.getName()) {
                case "isOpen" -> open;
                case "isAuthenticated" -> false;
                case "getRemoteAddress", "getClientAddress" -> new InetSocketAddress("203.0.113.9", 1);
                case "setAttribute" -> attributes.put(arguments[0], arguments[1]);
                case "getAttribute" -> attributes.get(arguments[0]);
                case "removeAttribute" -> attributes.remove(arguments[0]);
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == arguments[0];
                default -> throw new UnsupportedOperationException(method.getName());
            });
    }

    @Test
    void aPlaceIsFreeAgainWhenItsConnectionIsGone() {
        ServerSession first = connection(true);
        limit.sessionEstablished(first);
        ServerSession second = connection(true);
        limit.sessionEstablished(second);
        assertThat(limit.refusal(second)).isPresent();
        limit.sessionClosed(first);
        limit.sessionClosed(second);
        ServerSession third = connection(true);
        limit.sessionEstablished(third);
        assertThat(limit.refusal(third)).isEmpty();
    }

    @Test
    void aConnectionThatWasClosedBeforeItWasCountedHoldsNoPlaceAndNobodyWaitsForIt() throws Exception {
        ServerSession gone = connection(false);
        limit.sessionClosed(gone);
        limit.sessionEstablished(gone);
        ServerSession next = connection(true);
        limit.sessionEstablished(next);
        assertThat(limit.refusal(next)).isEmpty();
        limit.sessionClosed(next);
        exchanges.stop(Duration.ofDays(1)); // would wait for who has not begun
    }
}
