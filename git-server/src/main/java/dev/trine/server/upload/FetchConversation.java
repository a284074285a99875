package dev.trine.server.upload;

import dev.trine.common.model.ReadPoint;
import dev.trine.server.admission.Claimant;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Deed;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitCall.Framing;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.pkt.Conversation;
import dev.trine.server.pkt.ObjectFormat;
import dev.trine.server.pkt.PktReader;
import dev.trine.server.pkt.PktWriter;
import dev.trine.server.pkt.ProtocolErrorException;
import dev.trine.server.pkt.RefAdvertisement;
import dev.trine.server.pkt.ResolvedRefs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** One call on one view: what is said in the protocol version that the client asked for and in the call's framing. */
final class FetchConversation implements Conversation {
    private static final String CAPABILITIES = "multi_ack thin-pack side-band side-band-64k ofs-delta shallow"
        + " deepen-since deepen-not deepen-relative no-progress include-tag multi_ack_detailed"
        + " allow-tip-sha1-in-want allow-reachable-sha1-in-want";

    private final GitCall call;
    private final RepositoryView view;
    private final UploadLimits limits;
    private final Agent agent;
    private final ResolvedRefs refs;
    private final OutputStream client;
    private final PktReader in;
    private final PktWriter out;
    private final PackSender sender;

    FetchConversation(GitCall call, RepositoryView view, InputStream in, OutputStream client, UploadLimits limits,
                      Agent agent, FetchResources resources) {
        this.call = call;
        this.view = view;
        this.client = client;
        this.limits = limits;
        this.agent = agent;
        this.refs = new ResolvedRefs(view);
        this.in = new PktReader(in, limits.requestMax().bytes(), "fetch.request-max", resources.memory());
        this.out = new PktWriter(client);
        this.sender = new PackSender(view, resources, client, Claimant.of(call), notice(call, view),
            call.deed());
    }

    /** What the client's user is to know of the state that is served. Over SSH the proxy says it. */
    private static Optional<String> notice(GitCall call, RepositoryView view) {
        return call.at() instanceof ReadPoint.StaleAllowed && call.framing() == Framing.STATELESS
            ? Optional.of("trine: possibly old: version " + view.at().version()
            + "; too few nodes answer to tell whether there is a newer one") : Optional.empty();
    }

    @Override
    public void run() throws IOException, ProtocolErrorException {
        try (in) {
            if (call.protocol().version() == 2) {
                version2();
            } else {
                version0or1();
            }
        }
    }

    @Override
    public void fail(String message) throws IOException {
        out.error(message);
    }

    private void version2() throws IOException, ProtocolErrorException {
        FetchV2 fetch = new FetchV2(view.git(), refs, limits, sender);
        ProtocolV2 protocol = new ProtocolV2(view.git(), refs, fetch, agent, limits.objectInfoMax(), call.deed());
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
            new RefAdvertisement(refs, out, capabilities()).writeForFetch();
            call.deed().did(Deed.Kind.LISTING);
        }
        if (call.framing() != Framing.ADVERTISE) {
            if (call.framing() == Framing.STATELESS) {
                call.deed().did(Deed.Kind.NEGOTIATION);
            }
            FetchArguments arguments = new FetchArguments(refs, limits);
            new FetchV0(view.git(), sender, client, out, call.framing(), arguments).serve(in);
        }
    }

    private String capabilities() {
        String noDone = call.framing() == Framing.ADVERTISE ? " no-done" : "";
        return CAPABILITIES + noDone + RefAdvertisement.symrefOfHead(refs) + " filter " + ObjectFormat.CAPABILITY
            + " agent=" + agent;
    }
}
