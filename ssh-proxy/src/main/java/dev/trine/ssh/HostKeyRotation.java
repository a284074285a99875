package dev.trine.ssh;

import java.io.IOException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * Tells clients that have signed in which host keys there are, those to come included, and proves to those who ask that
 * this proxy has them (OpenSSH's PROTOCOL, section 2.5).
 */
final class HostKeyRotation implements RequestHandler<ConnectionService> {
    private static final String ANNOUNCE = "hostkeys-00@openssh.com";
    private static final String PROVE = "hostkeys-prove-00@openssh.com";
    private static final AttributeKey<Boolean> PROVED = new AttributeKey<>();

    private final HostKeyRing ring;

    HostKeyRotation(HostKeyRing ring) {
        this.ring = ring;
    }

    /** Tells a client. */
    void announce(Session session) throws IOException {
        Buffer buffer = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
        buffer.putString(ANNOUNCE);
        buffer.putBoolean(false); // no answer wanted
        ring.told().keySet().forEach(buffer::putBytes);
        session.writePacket(buffer);
    }

    /** Signs for the keys that a client asks for, once, because a signature is dear. */
    @Override
    public Result process(ConnectionService connection, String request, boolean wantReply, Buffer buffer)
            throws Exception {
        if (!request.equals(PROVE)) {
            return Result.Unsupported;
        }
        Session session = connection.getSession();
        if (!wantReply || session.setAttribute(PROVED, true) != null) {
            return Result.ReplyFailure;
        }
        int most = ring.told().size();
        List<byte[]> asked = new ArrayList<>();
        while (buffer.available() > 0 && asked.size() <= most) {
            asked.add(buffer.getBytes());
        }
        Buffer proof = session.createBuffer(SshConstants.SSH_MSG_REQUEST_SUCCESS);
        for (byte[] wire : asked) {
            Optional<KeyPair> key = ring.find(wire);
            if (key.isEmpty() || asked.size() > most) {
                return Result.ReplyFailure;
            }
            proof.putBytes(signature(session, key.get(), wire));
        }
        session.writePacket(proof);
        return Result.Replied;
    }

    private static byte[] signature(Session session, KeyPair key, byte[] wire) throws Exception {
        String algorithm = algorithm(session, KeyUtils.getKeyType(key));
        Signature signer = NamedFactory.create(session.getSignatureFactories(), algorithm);
        if (signer == null) {
            throw new IOException("no signatures of type " + algorithm + " are made");
        }
        signer.initSigner(session, key.getPrivate());
        ByteArrayBuffer signed = new ByteArrayBuffer();
        signed.putString(PROVE);
        signed.putBytes(session.getSessionId());
        signed.putBytes(wire);
        signer.update(session, signed.getCompactData());
        ByteArrayBuffer signature = new ByteArrayBuffer();
        signature.putString(algorithm);
        signature.putBytes(signer.sign(session));
        return signature.getCompactData();
    }

    /** How a key signs: RSA as it did when the client connected, if it did. */
    private static String algorithm(Session session, String keyType) {
        if (!keyType.equals(KeyPairProvider.SSH_RSA)) {
            return keyType;
        }
        String negotiated = session.getNegotiatedKexParameter(KexProposalOption.SERVERKEYS);
        return negotiated != null && negotiated.startsWith(KeyUtils.RSA_SHA256_KEY_TYPE_ALIAS)
            ? KeyUtils.RSA_SHA256_KEY_TYPE_ALIAS : KeyUtils.RSA_SHA512_KEY_TYPE_ALIAS;
    }
}
