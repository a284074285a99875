package dev.trine.ssh;

import dev.trine.common.config.Durations;
import java.time.Duration;
import java.util.Optional;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionDisconnectHandler;
import org.apache.sshd.common.session.helpers.TimeoutIndicator;

/** Says to a client why its connection ends when it has taken too long or tried too often. Any thread. */
record SessionEnds(SshLimits limits) implements SessionDisconnectHandler {
    @Override
    public boolean handleTimeoutDisconnectReason(Session session, TimeoutIndicator timeout) {
        Optional<String> why = switch (timeout.getStatus()) {
            case AuthTimeout -> Optional.of("you have not signed in within " + limit(limits.authMax(), "auth-max"));
            case IdleTimeout -> Optional.of("nothing was said on this connection for "
                + limit(limits.idleMax(), "idle-max"));
            case NoTimeout -> Optional.empty();
        };
        why.ifPresent(sentence -> SessionLimit.turnAway(session, sentence));
        return why.isPresent();
    }

    private static String limit(Duration max, String key) {
        return Durations.format(max) + ", which is the limit (limits." + key + "); connect again";
    }

    /** Returns false: what the client asked for is not to be looked at any more. */
    @Override
    public boolean handleAuthCountDisconnectReason(Session session, Service service, String serviceName, String method,
                                                   String user, int current, int max) {
        SessionLimit.turnAway(session, "you have tried " + limits.authAttemptsMax() + " keys, which is the limit"
            + " (limits.auth-attempts-max); name the right one with 'ssh -i FILE -o IdentitiesOnly=yes'");
        return false;
    }
}
