package dev.trine.server.receive;

import dev.trine.server.admission.Claimant;
import dev.trine.server.admission.Turns;
import dev.trine.server.hosting.Deed;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.PushSession;
import dev.trine.server.pkt.Conversation;
import dev.trine.server.pkt.PktReader;
import dev.trine.server.pkt.PktWriter;
import dev.trine.server.pkt.ProtocolErrorException;
import dev.trine.server.pkt.RefAdvertisement;
import dev.trine.server.pkt.RequestMemory;
import dev.trine.server.pkt.ResolvedRefs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** One call for one push: what is said in the call's framing. */
final class PushConversation implements Conversation {
    private final GitCall call;
    private final PushSession session;
    private final ReceiveSettings settings;
    private final String capabilities;
    private final Turns turns;
    private final RequestMemory memory;
    private final InputStream in;
    private final OutputStream client;
    private final PktWriter out;

    PushConversation(GitCall call, PushSession session, ReceiveSettings settings, String capabilities, Turns turns,
                     RequestMemory memory, InputStream in, OutputStream client) {
        this.call = call;
        this.session = session;
        this.settings = settings;
        this.capabilities = capabilities;
        this.turns = turns;
        this.memory = memory;
        this.in = in;
        this.client = client;
        this.out = new PktWriter(client);
    }

    @Override
    public void run() throws IOException, ProtocolErrorException {
        switch (call.framing()) {
            case ADVERTISE -> advertise();
            case STATELESS -> receive();
            case DUPLEX -> {
                advertise();
                receive();
            }
        }
    }

    @Override
    public void fail(String message) throws IOException {
        out.error(message);
    }

    private void advertise() throws IOException {
        if (call.protocol().version() == 1) {
            out.line("version 1");
        }
        new RefAdvertisement(new ResolvedRefs(session.view()), out, capabilities).writeForPush();
        call.deed().did(Deed.Kind.LISTING);
    }

    private void receive() throws IOException, ProtocolErrorException {
        try (PktReader lines = new PktReader(in, settings.requestMax().bytes(), "push.request-max", memory)) {
            PushRequest request = new PushRequestReader(lines, settings, out).read();
            if (!request.commands().isEmpty()) {
                PushCaller caller = new PushCaller(call.caller().limits(), Claimant.of(call), turns, call.deed());
                new Push(session, settings, caller, request, Identity.of(call, request),
                    new PushReply(client, request.sideBand())).run(in);
            }
        }
    }
}
