package dev.trine.server.upload;

import dev.trine.server.hosting.GitCall.Framing;
import dev.trine.server.pkt.ObjectFormat;
import dev.trine.server.pkt.Pkt;
import dev.trine.server.pkt.PktReader;
import dev.trine.server.pkt.PktWriter;
import dev.trine.server.pkt.ProtocolErrorException;
import dev.trine.server.pkt.SideBand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;

/**
 * The conversation of protocols v0 and v1 after the advertisement: wants, shallow boundary, haves in rounds, pack. A
 * stateless client first sends all it has to say, so its answer is held back until then.
 */
final class FetchV0 {
    private static final String WANT = "want ";
    private static final int WANT_CHARS = WANT.length() + 40;

    private final Repository git;
    private final PackSender sender;
    private final OutputStream client;
    private final PktWriter lines;
    private final Framing framing;
    private final FetchArguments arguments;

    FetchV0(Repository git, PackSender sender, OutputStream client, PktWriter lines, Framing framing,
            FetchArguments arguments) {
        this.git = git;
        this.sender = sender;
        this.client = client;
        this.lines = lines;
        this.framing = framing;
        this.arguments = arguments;
    }

    void serve(PktReader in) throws IOException, ProtocolErrorException {
        in.startRequest();
        readWants(in);
        FetchRequest request = arguments.build();
        if (request.wants().isEmpty()) {
            return;
        }
        try (ObjectReader reader = git.newObjectReader(); Negotiation negotiation = new Negotiation(reader)) {
            negotiation.want(request.wants());
            Set<ObjectId> clientShallow = negotiation.knownShallow(request.shallow());
            Boundary boundary;
            try (Deepening deepening = new Deepening(reader, negotiation.wantedCommits(), clientShallow)) {
                boundary = deepening.boundary(request.deepen());
            }
            ByteArrayOutputStream held = new ByteArrayOutputStream();
            PktWriter out = framing == Framing.STATELESS ? new PktWriter(held) : lines;
            if (!(request.deepen() instanceof Deepen.Unchanged)) {
                tell(boundary, out);
            }
            boolean sendPack = new Rounds(request, negotiation, out).serve(in);
            held.writeTo(client);
            if (framing == Framing.DUPLEX) {
                client.flush();
            }
            if (sendPack) {
                sendPack(request, ObjectSelection.of(request, negotiation, boundary), reader);
            }
        }
    }

    private void readWants(PktReader in) throws IOException, ProtocolErrorException {
        for (Pkt pkt = in.next(); pkt instanceof Pkt.Line line; pkt = in.next()) {
            String text = line.text();
            if (text.startsWith(WANT) && text.length() > WANT_CHARS) {
                for (String capability : text.substring(WANT_CHARS).trim().split(" ")) {
                    if (capability.startsWith(ObjectFormat.KEY)) {
                        ObjectFormat.requireSha1(capability.substring(ObjectFormat.KEY.length()));
                    }
                    FetchOption.of(capability).ifPresent(arguments::add);
                }
                text = text.substring(0, WANT_CHARS);
            }
            if (text.startsWith(FetchArguments.HAVE) || !arguments.accept(text)) {
                throw new ProtocolErrorException("git upload-pack: protocol error, expected to get object ID, not '"
                    + text + "'");
            }
        }
    }

    private static void tell(Boundary boundary, PktWriter out) throws IOException {
        for (ObjectId id : boundary.shallow()) {
            out.line("shallow " + id.name());
        }
        for (ObjectId id : boundary.unshallow()) {
            out.line("unshallow " + id.name());
        }
        out.flush();
    }

    private void sendPack(FetchRequest request, ObjectSelection selection, ObjectReader reader)
        throws IOException, ProtocolErrorException {
        if (request.has(FetchOption.SIDE_BAND_64K)) {
            lines.useSideband();
            sender.onSideBand(reader, request, selection, SideBand.Packets.LARGE);
        } else if (request.has(FetchOption.SIDE_BAND)) {
            lines.useSideband();
            sender.onSideBand(reader, request, selection, SideBand.Packets.SMALL);
        } else {
            lines.endOfPackets();
            sender.bare(reader, request, selection);
        }
    }

    /** The rounds of haves and acknowledgments, in the forms of git upload-pack. */
    private final class Rounds {
        private final FetchRequest request;
        private final Negotiation negotiation;
        private final PktWriter out;
        private final boolean detailed;
        private final boolean multi;
        private Optional<ObjectId> lastCommon = Optional.empty();
        private boolean commonInRound;
        private boolean otherInRound;
        private boolean sentReady;

        Rounds(FetchRequest request, Negotiation negotiation, PktWriter out) {
            this.request = request;
            this.negotiation = negotiation;
            this.out = out;
            this.detailed = request.has(FetchOption.MULTI_ACK_DETAILED);
            this.multi = detailed || request.has(FetchOption.MULTI_ACK);
        }

        /** Serves them; true: the pack is to follow. */
        boolean serve(PktReader in) throws IOException, ProtocolErrorException {
            Pkt pkt = in.next();
            if (pkt == Pkt.Mark.END_OF_INPUT && framing == Framing.STATELESS) {
                return false; // the client only asked for the new shallow boundary
            }
            while (true) {
                if (pkt instanceof Pkt.Line line && line.text().startsWith(FetchArguments.HAVE)) {
                    have(arguments.have(line.text()));
                } else if (pkt instanceof Pkt.Line line && line.text().equals("done")) {
                    done();
                    return true;
                } else if (pkt instanceof Pkt.Line line) {
                    throw new ProtocolErrorException("git upload-pack: expected SHA1 list, got '" + line.text() + "'");
                } else if (pkt == Pkt.Mark.END_OF_INPUT && framing == Framing.DUPLEX) {
                    throw PktReader.hungUp();
                } else if (endOfRound()) {
                    return true;
                } else if (framing == Framing.STATELESS) {
                    return false;
                }
                pkt = in.next();
            }
        }

        private void have(ObjectId id) throws IOException {
            if (negotiation.have(id)) {
                commonInRound = true;
                lastCommon = Optional.of(id);
                if (detailed) {
                    out.line("ACK " + id.name() + " common");
                } else if (multi) {
                    out.line("ACK " + id.name() + " continue");
                } else if (negotiation.common().size() == 1) {
                    out.line("ACK " + id.name());
                }
            } else {
                otherInRound = true;
                if (multi && negotiation.isEnough()) {
                    sentReady |= detailed;
                    out.line("ACK " + id.name() + (detailed ? " ready" : " continue"));
                }
            }
        }

        private void done() throws IOException {
            if (lastCommon.isEmpty()) {
                out.line("NAK");
            } else if (multi) {
                out.line("ACK " + lastCommon.get().name());
            }
        }

        /** Ends a round; true: the client, which will not say "done", gets the pack now. */
        private boolean endOfRound() throws IOException {
            if (detailed && commonInRound && !otherInRound && negotiation.isEnough()) {
                sentReady = true;
                out.line("ACK " + lastCommon.orElseThrow().name() + " ready");
            }
            if (negotiation.common().isEmpty() || multi) {
                out.line("NAK");
            }
            if (sentReady && request.has(FetchOption.NO_DONE)) {
                out.line("ACK " + lastCommon.orElseThrow().name());
                return true;
            }
            commonInRound = false;
            otherInRound = false;
            out.push();
            return false;
        }
    }
}
