package dev.trine.server.receive;

import dev.trine.common.model.PushId;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.Hosting;
import dev.trine.server.hosting.Opened;
import dev.trine.server.hosting.PushSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Git's receive-pack service, versions 0 and 1 of the protocol; a client that asks for version 2, which has no push,
 * gets version 0. Each call gets a push id of its own: the edge at which ids are assigned is here.
 */
public final class ReceivePack implements GitService {
    private static final int PUSH_ID_BYTES = 16;

    private final Hosting hosting;
    private final ReceiveSettings settings;
    private final RandomGenerator random;

    public ReceivePack(Hosting hosting, ReceiveSettings settings) {
        this.hosting = hosting;
        this.settings = settings;
        this.random = new SecureRandom();
    }

    @Override
    public Served serve(GitCall call) throws IOException {
        return switch (hosting.openPush(call.repo(), call.at(), newPushId())) {
            case Opened.Refused<PushSession> refused -> new Served.Refused(refused.why());
            case Opened.Ready<PushSession> ready -> {
                try (PushSession session = ready.value()) {
                    yield serve(session, call);
                }
            }
        };
    }

    private Served.Exit serve(PushSession session, GitCall call) throws IOException {
        return switch (call.framing()) {
            case ADVERTISE -> {
                advertise(session, call);
                yield Served.Exit.OK;
            }
            case STATELESS -> receive(session, call.in(), call.out());
            case DUPLEX -> {
                advertise(session, call);
                yield receive(session, call.in(), call.out());
            }
        };
    }

    private static void advertise(PushSession session, GitCall call) throws IOException {
        if (call.protocol().version() == 1) {
            call.out().write("000eversion 1\n".getBytes(StandardCharsets.US_ASCII));
        }
        new RefAdvertisement(call.out()).write(session.view().refs());
    }

    private Served.Exit receive(PushSession session, InputStream in, OutputStream out) throws IOException {
        PushRequestReader reader = new PushRequestReader(new PktLineReader(in), settings);
        PushRequest request;
        try {
            request = reader.read();
        } catch (ProtocolViolation e) {
            new ClientOutput(out, reader.sideBand()).fatal("trine: " + e.getMessage());
            return Served.Exit.FATAL;
        }
        if (!request.commands().isEmpty()) {
            new Push(session, settings, request, new ClientOutput(out, request.sideBand())).run(in);
        }
        return Served.Exit.OK;
    }

    private PushId newPushId() {
        byte[] id = new byte[PUSH_ID_BYTES];
        random.nextBytes(id);
        return new PushId(HexFormat.of().formatHex(id));
    }
}
