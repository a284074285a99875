package dev.trine.ssh;

import dev.trine.proto.Credential.Presence;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.u2f.SecurityKeyPublicKey;
import org.apache.sshd.common.config.keys.u2f.SkED25519PublicKey;
import org.apache.sshd.common.config.keys.u2f.SkEcdsaPublicKey;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKey;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.session.ServerSession;

/**
 * A client's attempt to prove that it has a key (RFC 4252, section 7). Says what is refused, and demands of security
 * keys what was demanded when they were registered.
 */
final class PublicKeyProof extends UserAuthPublicKey {
    private static final Set<String> SHA1 = Set.of("ssh-rsa", "ssh-rsa-cert-v01@openssh.com");
    /** Flags of a security key's signature. */
    private static final int TOUCHED = 0x01;
    private static final int VERIFIED = 0x04;

    private final Factory parts;

    private PublicKeyProof(Factory parts) {
        this.parts = parts;
    }

    /** Makes them. */
    static final class Factory extends UserAuthPublicKeyFactory {
        private final KeySignIn signIn;
        private final Notice notice;

        Factory(KeySignIn signIn, Notice notice) {
            this.signIn = signIn;
            this.notice = notice;
        }

        @Override
        public UserAuthPublicKey createUserAuth(ServerSession session) {
            return new PublicKeyProof(this);
        }
    }

    @Override
    public Boolean doAuth(Buffer buffer, boolean init) throws Exception {
        ServerSession session = getServerSession();
        parts.notice.tell(session);
        return isRefused(session, buffer) ? Boolean.FALSE : super.doAuth(buffer, init);
    }

    @Override
    protected void sendPublicKeyResponse(ServerSession session, String username, String algorithm, PublicKey key,
                                         byte[] wire, int offset, int length, Buffer buffer) throws Exception {
        SignInAttempts.asksToSign(session);
        SshAudit.asksToSign(session);
        super.sendPublicKeyResponse(session, username, algorithm, key, wire, offset, length, buffer);
    }

    /** Looks ahead, and says what will not do. */
    private boolean isRefused(ServerSession session, Buffer buffer) throws Exception {
        int start = buffer.rpos();
        buffer.getBoolean(); // whether it has a signature
        String algorithm = buffer.getString();
        if (SHA1.contains(algorithm)) {
            Banner.refuse(session, "RSA signatures with SHA-1 are not accepted; update your SSH client, or make another"
                + " key with 'ssh-keygen -t ed25519'");
            return true;
        }
        PublicKey key = buffer.getPublicKey();
        buffer.rpos(start);
        if (key == null) {
            return true; // of a type that is not served
        }
        SshAudit.tries(session, key);
        Optional<String> objection = key instanceof OpenSshCertificate certificate
            ? parts.signIn.objection(certificate, getUsername(), session) : Optional.empty();
        if (objection.isPresent() && parts.signIn.servesCertificates()) {
            Banner.refuse(session, objection.get());
        }
        return objection.isPresent();
    }

    @Override
    protected void verifyCertificateSignature(ServerSession session, OpenSshCertificate certificate)
            throws Exception {
        try {
            super.verifyCertificateSignature(session, certificate);
        } catch (Exception e) {
            Banner.refuse(session, "the certificate's signature is wrong, or made with SHA-1; get a new one from your"
                + " authority");
            throw e;
        }
    }

    /** Done before, and by the address that a trusted proxy names. */
    @Override
    protected void verifyCertificateSources(ServerSession session, OpenSshCertificate certificate)
            throws CertificateException {
        if (parts.signIn.objection(certificate, getUsername(), session).isPresent()) {
            throw new CertificateException("not valid here");
        }
    }

    @Override
    protected boolean verifySignature(ServerSession session, String username, String algorithm, PublicKey key,
                                      Buffer buffer, Signature verifier, byte[] signature) throws Exception {
        if (key instanceof SecurityKeyPublicKey<?> security) {
            Presence demanded = KeySignIn.presenceOf(session);
            Optional<String> objection = objection(demanded, flags(signature));
            if (objection.isPresent()) {
                Banner.refuse(session, objection.get());
                return false;
            }
            verifier.initVerifier(session, demanding(demanded, security));
        }
        return super.verifySignature(session, username, algorithm, key, buffer, verifier, signature);
    }

    private static int flags(byte[] signature) {
        ByteArrayBuffer in = new ByteArrayBuffer(signature);
        in.getString(); // its type
        in.getBytes();
        return in.getUByte();
    }

    private static Optional<String> objection(Presence demanded, int flags) {
        return switch (demanded) {
            case ANY -> Optional.empty();
            case TOUCHED -> (flags & TOUCHED) != 0 ? Optional.empty()
                : Optional.of("this security key has to be touched when it signs; make its key without"
                    + " no-touch-required");
            case VERIFIED, UNRECOGNIZED -> (flags & TOUCHED) != 0 && (flags & VERIFIED) != 0 ? Optional.empty()
                : Optional.of("this security key has to verify its owner by PIN or fingerprint when it signs; make its"
                    + " key with 'ssh-keygen -t ed25519-sk -O verify-required'");
        };
    }

    private static PublicKey demanding(Presence demanded, SecurityKeyPublicKey<?> key) {
        boolean noTouch = demanded == Presence.ANY;
        boolean verified = demanded == Presence.VERIFIED || demanded == Presence.UNRECOGNIZED;
        return switch (key) {
            case SkED25519PublicKey edwards ->
                new SkED25519PublicKey(edwards.getAppName(), noTouch, verified, edwards.getDelegatePublicKey());
            case SkEcdsaPublicKey ecdsa ->
                new SkEcdsaPublicKey(ecdsa.getAppName(), noTouch, verified, ecdsa.getDelegatePublicKey());
            default -> throw new IllegalArgumentException("a security key of a kind that is not known");
        };
    }
}
