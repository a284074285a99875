package dev.trine.server.upload;

import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitCall.Framing;
import dev.trine.server.hosting.RepositoryView;
import java.io.IOException;
import java.io.OutputStream;

/** One call on one view: what is said in the protocol version that the client asked for and in the call's framing. */
final class Conversation {
    private final GitCall call;
    private final RepositoryView view;
    private final UploadLimits limits;
    private final Agent agent;
    private final ResolvedRefs refs;
    private final OutputStream client;
    private final PktReader in;
    private final PktWriter out;
    private final PackSender sender;

    Conversation(GitCall call, RepositoryView view, OutputStream client, UploadLimits limits, Agent agent,
                 WalkedClones clones) {
        this.call = call;
        this.view = view;
        this.client = client;
        this.limits = limits;
        this.agent = agent;
        this.refs = new ResolvedRefs(view.refs());
        this.in = new PktReader(call.in(), limits.requestMax().bytes());
        this.out = new PktWriter(client);
        this.sender = new PackSender(refs, clones, client);
    }

    /** Says it all. */
    void run() throws IOException, ProtocolErrorException {
        if (call.protocol().version() == 2) {
            version2();
        } else {
            version0or1();
        }
    }

    /** Ends it with an error for the client's user. */
    void fail(String message) throws IOException {
        out.error(message);
    }

    private void version2() throws IOException, ProtocolErrorException {
        FetchV2 fetch = new FetchV2(view.git(), refs, limits, sender);
        ProtocolV2 protocol = new ProtocolV2(view.git(), refs, fetch, agent, limits.objectInfoMax());
        switch (call.framing()) {
            case ADVERTISE -> protocol.advertise(out);
            case STATELESS -> protocol.serveOne(in, out);
            case DUPLEX -> {
                protocol.advertise(out);
                protocol.serveAll(in, out);
            }
        }
    }

    private void version0or1() throws IOException, ProtocolErrorException {
        if (call.framing() != Framing.STATELESS) {
            if (call.protocol().version() == 1) {
                out.line("version 1");
            }
            new RefAdvertisement(refs, agent, call.framing()).write(out);
        }
        if (call.framing() != Framing.ADVERTISE) {
            FetchArguments arguments = new FetchArguments(refs, limits);
            new FetchV0(view.git(), sender, client, out, call.framing(), arguments).serve(in);
        }
    }
}
