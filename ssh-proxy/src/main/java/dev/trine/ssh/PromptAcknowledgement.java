package dev.trine.ssh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.apache.sshd.common.io.nio2.Nio2Session;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;

/**
 * Acknowledges a client's packets at once where it sends two in a row and OpenSSH holds the second back until the first
 * is acknowledged (Nagle's rule), while the system here holds the acknowledgement back in the hope of an answer to send
 * it with. Each time that happens would cost 40 ms: after the proposal of algorithms, and after NEWKEYS.
 */
final class PromptAcknowledgement implements SessionListener {
    @Override
    public void sessionNegotiationEnd(Session session, Map<KexProposalOption, String> clientProposal,
                                      Map<KexProposalOption, String> serverProposal,
                                      Map<KexProposalOption, String> negotiated, Throwable failure) {
        acknowledge(session);
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event == Event.KeyEstablished) {
            acknowledge(session);
        }
    }

    private static void acknowledge(Session session) {
        if (!(session.getIoSession() instanceof Nio2Session connection)) {
            return;
        }
        AsynchronousSocketChannel socket = connection.getSocket();
        try {
            // only Linux has it
            if (socket.isOpen() && socket.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK)) {
                socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
