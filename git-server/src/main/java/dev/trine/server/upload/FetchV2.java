package dev.trine.server.upload;

import dev.trine.server.pkt.PktReader;
import dev.trine.server.pkt.PktWriter;
import dev.trine.server.pkt.ProtocolErrorException;
import dev.trine.server.pkt.ResolvedRefs;
import dev.trine.server.pkt.SideBand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;

/** Protocol v2's fetch: one request, and either acknowledgments only, or the pack with what belongs to it. */
final class FetchV2 {
    private static final Set<FetchOption> OPTIONS = Set.of(FetchOption.THIN_PACK, FetchOption.NO_PROGRESS,
        FetchOption.INCLUDE_TAG, FetchOption.OFS_DELTA, FetchOption.DEEPEN_RELATIVE, FetchOption.WAIT_FOR_DONE,
        FetchOption.SIDEBAND_ALL, FetchOption.DONE);
    private static final String WANT_REF = "want-ref ";

    private final Repository git;
    private final ResolvedRefs refs;
    private final UploadLimits limits;
    private final PackSender sender;

    FetchV2(Repository git, ResolvedRefs refs, UploadLimits limits, PackSender sender) {
        this.git = git;
        this.refs = refs;
        this.limits = limits;
        this.sender = sender;
    }

    void serve(PktReader in, PktWriter out) throws IOException, ProtocolErrorException {
        FetchRequest request = parse(in);
        if (request.has(FetchOption.SIDEBAND_ALL)) {
            out.useSideband();
        }
        if (request.wants().isEmpty() && !request.has(FetchOption.WAIT_FOR_DONE)) {
            return;
        }
        try (ObjectReader reader = git.newObjectReader(); Negotiation negotiation = new Negotiation(reader)) {
            negotiation.want(request.wants());
            Set<ObjectId> clientShallow = negotiation.knownShallow(request.shallow());
            List<ObjectId> acknowledged = new ArrayList<>();
            for (ObjectId have : request.haves()) {
                if (negotiation.have(have)) {
                    acknowledged.add(have);
                }
            }
            if (acknowledge(request, acknowledged, negotiation, out)) {
                sendPack(request, negotiation, clientShallow, reader, out);
            }
        }
    }

    private FetchRequest parse(PktReader in) throws IOException, ProtocolErrorException {
        FetchArguments arguments = new FetchArguments(refs, limits);
        in.forEachArgument(line -> {
            Optional<FetchOption> option = FetchOption.of(line).filter(OPTIONS::contains);
            if (option.isPresent()) {
                arguments.add(option.get());
            } else if (line.startsWith(WANT_REF)) {
                arguments.wantRef(line.substring(WANT_REF.length()));
            } else if (!arguments.accept(line)) {
                throw new ProtocolErrorException("unexpected line: '" + line + "'");
            }
        });
        return arguments.build();
    }

    /** Answers the haves; true: the pack follows. */
    private static boolean acknowledge(FetchRequest request, List<ObjectId> acknowledged, Negotiation negotiation,
                                       PktWriter out) throws IOException {
        if (request.has(FetchOption.DONE) || request.haves().isEmpty() && !request.wants().isEmpty()) {
            return true;
        }
        out.line("acknowledgments");
        for (ObjectId id : acknowledged) {
            out.line("ACK " + id.name());
        }
        if (acknowledged.isEmpty()) {
            out.line("NAK");
        }
        if (!request.has(FetchOption.WAIT_FOR_DONE) && negotiation.isEnough()) {
            out.line("ready");
            out.delim();
            return true;
        }
        out.flush();
        return false;
    }

    private void sendPack(FetchRequest request, Negotiation negotiation, Set<ObjectId> clientShallow,
                          ObjectReader reader, PktWriter out) throws IOException, ProtocolErrorException {
        Boundary boundary;
        try (Deepening deepening = new Deepening(reader, negotiation.wantedCommits(), clientShallow)) {
            boundary = deepening.boundary(request.deepen());
        }
        if (!(request.deepen() instanceof Deepen.Unchanged) || !clientShallow.isEmpty()) {
            out.line("shallow-info");
            for (ObjectId id : boundary.shallow()) {
                out.line("shallow " + id.name());
            }
            for (ObjectId id : boundary.unshallow()) {
                out.line("unshallow " + id.name());
            }
            out.delim();
        }
        if (!request.wantedRefs().isEmpty()) {
            out.line("wanted-refs");
            for (Map.Entry<String, ObjectId> ref : request.wantedRefs().entrySet()) {
                out.line(ref.getValue().name() + ' ' + ref.getKey());
            }
            out.delim();
        }
        out.line("packfile");
        out.useSideband();
        sender.onSideBand(reader, request, ObjectSelection.of(request, negotiation, boundary),
            SideBand.Packets.LARGE);
    }
}
