package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.AbstractUserAuth;
import org.apache.sshd.client.auth.AbstractUserAuthFactory;
import org.apache.sshd.client.auth.UserAuth;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;

/** Tries passwords on one connection although the server offers only keys, which no honest client does; for tests. */
final class PasswordGuess extends AbstractUserAuth {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private int left;
    private long sentNanos;
    private Duration lastAnswer = Duration.ZERO;

    private PasswordGuess(int times) {
        super("publickey"); // asked for in the place of the method that is offered
        left = times;
    }

    /** Tries so many passwords, gives up, and returns how long the answer to the last one took. */
    static Duration guess(int port, int times) throws Exception {
        PasswordGuess guess = new PasswordGuess(times);
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
            client.setUserAuthFactories(List.of(new AbstractUserAuthFactory(guess.getName()) {
                @Override
                public UserAuth createUserAuth(ClientSession session) {
                    return guess;
                }
            }));
            client.start();
            ClientSession session = client.connect("root", "127.0.0.1", port).verify(PATIENCE).getSession();
            assertThat(session.auth().await(PATIENCE)).isTrue();
            assertThat(session.isAuthenticated()).isFalse();
        }
        return guess.lastAnswer;
    }

    @Override
    protected boolean sendAuthDataRequest(ClientSession session, String service) throws Exception {
        lastAnswer = Duration.ofNanos(System.nanoTime() - sentNanos);
        if (left-- == 0) {
            return false;
        }
        Buffer buffer = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_REQUEST);
        buffer.putString(session.getUsername());
        buffer.putString(service);
        buffer.putString("password");
        buffer.putBoolean(false);
        buffer.putString("hunter2");
        sentNanos = System.nanoTime();
        session.writePacket(buffer);
        return true;
    }

    @Override
    protected boolean processAuthDataRequest(ClientSession session, String service, Buffer buffer) {
        return false;
    }
}
