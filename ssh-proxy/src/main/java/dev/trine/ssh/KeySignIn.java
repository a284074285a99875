package dev.trine.ssh;

import dev.trine.common.relay.Identified;
import dev.trine.common.relay.RouterClient;
import dev.trine.common.relay.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.PublicKey;
import java.util.Arrays;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.session.ServerSession;

/**
 * Signs users in by their keys alone: the user name of the connection, by custom "git", says nothing. A client asks for
 * a key first and signs with it afterwards; the second question is answered from the first.
 */
final class KeySignIn implements PublickeyAuthenticator {
    private static final AttributeKey<SignIn> SIGN_IN = new AttributeKey<>();

    private final RouterClient router;

    KeySignIn(RouterClient router) {
        this.router = router;
    }

    /** The user of a session that has signed in. */
    static User userOf(ServerSession session) {
        SignIn signIn = session.getAttribute(SIGN_IN);
        if (signIn == null) {
            throw new IllegalStateException("the session has not signed in");
        }
        return signIn.user();
    }

    @Override
    public boolean authenticate(String ignoredUserName, PublicKey key, ServerSession session) {
        byte[] wire = wireFormat(key);
        SignIn known = session.getAttribute(SIGN_IN);
        if (known != null && Arrays.equals(known.key(), wire)) {
            return true;
        }
        session.removeAttribute(SIGN_IN);
        return switch (router.identifyKey(wire)) {
            case Identified.Known found -> {
                session.setAttribute(SIGN_IN, new SignIn(wire, found.user()));
                yield true;
            }
            case Identified.Nobody nobody -> false;
            case Identified.Unavailable unavailable -> {
                disconnect(session, unavailable.why());
                yield false;
            }
        };
    }

    private static byte[] wireFormat(PublicKey key) {
        ByteArrayBuffer buffer = new ByteArrayBuffer();
        buffer.putRawPublicKey(key);
        return buffer.getCompactData();
    }

    private static void disconnect(ServerSession session, String why) {
        try {
            session.disconnect(SshConstants.SSH2_DISCONNECT_SERVICE_NOT_AVAILABLE, "trine: " + why);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whose key was accepted last. */
    private record SignIn(byte[] key, User user) {
    }
}
