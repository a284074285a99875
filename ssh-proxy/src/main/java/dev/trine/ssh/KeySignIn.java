package dev.trine.ssh;

import dev.trine.common.door.AddressRange;
import dev.trine.common.relay.Identified;
import dev.trine.common.relay.RouterClient;
import dev.trine.common.relay.User;
import dev.trine.proto.Credential;
import dev.trine.proto.Credential.Presence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.u2f.SecurityKeyPublicKey;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.session.ServerSession;

/**
 * Signs users in by their keys or certificates alone: the user name of the connection, by custom "git", only chooses
 * among several users that a certificate names. A client asks for a key first and signs with it afterwards; the second
 * question is answered from the first.
 */
final class KeySignIn implements PublickeyAuthenticator {
    private static final AttributeKey<SignIn> SIGN_IN = new AttributeKey<>();
    private static final AttributeKey<Boolean> UNDECIDED = new AttributeKey<>();

    private final RouterClient router;
    private final KeyRules rules;
    private final UserCertificates certificates;
    private final Clock clock;

    KeySignIn(RouterClient router, KeyRules rules, UserCertificates certificates, Clock clock) {
        this.router = router;
        this.rules = rules;
        this.certificates = certificates;
        this.clock = clock;
    }

    /** Whose key was accepted last. */
    private record SignIn(byte[] key, User user) {
    }

    /** What becomes of an attempt to sign in. */
    private sealed interface Attempt {
        /** It is this user, if he proves that he has the key. */
        record Accepted(User user) implements Attempt {
        }

        /** The key is known, and yet refused, for a reason that is told. */
        record Refused(String why) implements Attempt {
        }

        /** The key is nobody's, of which nothing is told. */
        record Unknown() implements Attempt {
        }

        /** Nobody can say now. */
        record Undecided(String why) implements Attempt {
        }
    }

    /** The user of a session that has signed in. */
    static User userOf(ServerSession session) {
        return signIn(session).user();
    }

    /** What a security key has to prove in a session that signs in. */
    static Presence presenceOf(ServerSession session) {
        return signIn(session).user().credential().getPresence();
    }

    /** Whether an attempt failed for a reason that lies with the cluster. */
    static boolean isUndecided(ServerSession session) {
        return session.getAttribute(UNDECIDED) != null;
    }

    private static SignIn signIn(ServerSession session) {
        SignIn signIn = session.getAttribute(SIGN_IN);
        if (signIn == null) {
            throw new IllegalStateException("the session has not signed in");
        }
        return signIn;
    }

    @Override
    public boolean authenticate(String connectAs, PublicKey key, ServerSession session) {
        byte[] wire = UserCertificates.wire(key);
        SignIn known = session.getAttribute(SIGN_IN);
        if (known != null && Arrays.equals(known.key(), wire)) {
            return true;
        }
        session.removeAttribute(SIGN_IN);
        try {
            return switch (key instanceof OpenSshCertificate certificate
                ? byCertificate(certificate, connectAs, session) : byKey(key, wire)) {
                case Attempt.Accepted accepted -> {
                    session.setAttribute(SIGN_IN, new SignIn(wire, accepted.user()));
                    yield true;
                }
                case Attempt.Refused refused -> {
                    Banner.refuse(session, refused.why());
                    yield false;
                }
                case Attempt.Unknown unknown -> false;
                case Attempt.Undecided undecided -> {
                    session.setAttribute(UNDECIDED, true);
                    SshAudit.wasTold(session, undecided.why());
                    session.disconnect(SshConstants.SSH2_DISCONNECT_SERVICE_NOT_AVAILABLE,
                        "trine: " + undecided.why());
                    yield false;
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Attempt byKey(PublicKey key, byte[] wire) {
        return switch (router.identifyKey(wire)) {
            case Identified.Known found -> rules.objection(key).or(() -> certificates.objection(wire))
                .or(() -> presence(key, found.user().credential().getPresence()))
                .<Attempt>map(Attempt.Refused::new).orElseGet(() -> new Attempt.Accepted(found.user()));
            case Identified.Nobody nobody -> new Attempt.Unknown();
            case Identified.Unavailable unavailable -> new Attempt.Undecided(unavailable.why());
        };
    }

    private static Optional<String> presence(PublicKey key, Presence demanded) {
        return demanded == Presence.ANY || key instanceof SecurityKeyPublicKey ? Optional.empty()
            : Optional.of("the key has to prove that its owner is present, and only a security key can; register one,"
                + " made with 'ssh-keygen -t ed25519-sk'");
    }

    /** Why a certificate is not good, if certificates are worth a word here. */
    Optional<String> objection(OpenSshCertificate certificate, String connectAs, ServerSession session) {
        return switch (check(certificate, connectAs, session)) {
            case UserCertificates.Verdict.Good good -> Optional.empty();
            case UserCertificates.Verdict.Bad bad -> Optional.of(bad.why());
        };
    }

    private UserCertificates.Verdict check(OpenSshCertificate certificate, String connectAs, ServerSession session) {
        return certificates.check(certificate, connectAs, AddressRange.of(session.getClientAddress()),
            clock.instant());
    }

    private Attempt byCertificate(OpenSshCertificate certificate, String connectAs, ServerSession session) {
        return switch (check(certificate, connectAs, session)) {
            case UserCertificates.Verdict.Bad bad -> certificates.areServed() ? new Attempt.Refused(bad.why())
                : new Attempt.Unknown();
            case UserCertificates.Verdict.Good good -> switch (router.identifyUser(good.user())) {
                case Identified.Known found -> new Attempt.Accepted(certified(found.user(), good));
                case Identified.Nobody nobody -> new Attempt.Refused(good.name() + " is for '" + good.user()
                    + "', and there is no such user, or he is disabled; ask an administrator");
                case Identified.Unavailable unavailable -> new Attempt.Undecided(unavailable.why());
            };
        };
    }

    private static User certified(User user, UserCertificates.Verdict.Good by) {
        Credential.Builder credential = user.credential().toBuilder().setName(by.name());
        by.expires().map(Instant::toEpochMilli).ifPresent(credential::setExpiresMs);
        return new User(user.name(), credential.build());
    }

    /** Whether sentences about certificates are told. */
    boolean servesCertificates() {
        return certificates.areServed();
    }
}
