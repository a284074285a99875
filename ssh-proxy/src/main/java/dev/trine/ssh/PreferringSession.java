package dev.trine.ssh;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;

/**
 * A session whose server decides about the cipher. By RFC 4253, 7.1, the client's order decides among what the server
 * offers: so this one waits for the client's offer, which need not wait for the server's, and where the client knows
 * AES-GCM offers nothing else. OpenSSH's own order would take AES-CTR with a MAC beside it, which costs half as much
 * again.
 */
final class PreferringSession extends ServerSessionImpl {
    /** How long a client is waited for that may wait itself. */
    private static final long PATIENCE_MILLIS = 300;

    private final SessionLimit limit;
    private boolean admitted; // messages are handled one at a time
    private boolean deferred; // guarded by kexState, as all of the key exchange

    private PreferringSession(ServerFactoryManager server, IoSession connection, SessionLimit limit) throws Exception {
        super(server, connection);
        this.limit = limit;
    }

    /** Makes such sessions. */
    static SessionFactory factory(ServerFactoryManager server, SessionLimit limit) {
        return new SessionFactory(server) {
            @Override
            protected ServerSessionImpl doCreateSession(IoSession connection) throws Exception {
                return new PreferringSession(getServer(), connection, limit);
            }
        };
    }

    @Override
    protected byte[] sendKexInit() throws Exception {
        synchronized (kexState) {
            if (getClientKexProposals().isEmpty()) {
                deferred = true;
                getFactoryManager().getScheduledExecutorService()
                    .schedule(this::waitNoLonger, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                return new byte[0]; // nobody looks at it
            }
            return super.sendKexInit();
        }
    }

    private void waitNoLonger() {
        try {
            sendDeferred();
        } catch (Exception e) {
            exceptionCaught(e);
        }
    }

    private void sendDeferred() throws Exception {
        synchronized (kexState) {
            if (deferred) {
                deferred = false;
                super.sendKexInit();
            }
        }
    }

    /** Turns a client away that may not go on: now that it waits for an answer, and not earlier, it reads why. */
    @Override
    protected void handleKexInit(Buffer buffer) throws Exception {
        Optional<String> refusal = admitted ? Optional.empty() : limit.refusal(this);
        admitted = true;
        if (refusal.isPresent()) {
            SessionLimit.turnAway(this, refusal.get());
        } else {
            super.handleKexInit(buffer);
        }
    }

    @Override
    protected byte[] receiveKexInit(Buffer buffer) throws Exception {
        byte[] seed = super.receiveKexInit(buffer);
        synchronized (kexState) {
            if (deferred) {
                setCipherFactories(preferred(getCipherFactories(), getClientKexProposals()));
                sendDeferred();
            }
        }
        return seed;
    }

    private static List<NamedFactory<Cipher>> preferred(List<NamedFactory<Cipher>> all,
                                                        Map<KexProposalOption, String> client) {
        List<NamedFactory<Cipher>> best = all.stream().filter(cipher -> Algorithms.isPreferred(cipher.getName())
            && offers(client, KexProposalOption.C2SENC, cipher.getName())
            && offers(client, KexProposalOption.S2CENC, cipher.getName())).toList();
        return best.isEmpty() ? all : best;
    }

    private static boolean offers(Map<KexProposalOption, String> client, KexProposalOption option, String cipher) {
        return Arrays.asList(client.getOrDefault(option, "").split(",")).contains(cipher);
    }
}
