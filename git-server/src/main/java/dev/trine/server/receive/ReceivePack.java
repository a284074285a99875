package dev.trine.server.receive;

import dev.trine.common.model.PushId;
import dev.trine.server.admission.Turns;
import dev.trine.server.admission.WorkSettings;
import dev.trine.server.admission.WorkTurns;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.Hosting;
import dev.trine.server.hosting.Opened;
import dev.trine.server.hosting.PushSession;
import dev.trine.server.pkt.Conversation;
import dev.trine.server.pkt.ObjectFormat;
import dev.trine.server.pkt.RequestMemory;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Git's receive-pack service, versions 0 and 1 of the protocol; a client that asks for version 2, which has no push,
 * gets version 0. A push has the id that the proxy gave it, so that it keeps it when the proxy turns to another node;
 * who calls without a proxy gets one here.
 */
public final class ReceivePack implements GitService {
    private static final String CAPABILITIES = "report-status report-status-v2 delete-refs side-band-64k quiet atomic"
        + " ofs-delta push-options " + ObjectFormat.CAPABILITY + " agent=";

    private final Hosting hosting;
    private final ReceiveSettings settings;
    private final String capabilities;
    private final Turns turns;
    private final RequestMemory memory;
    private final RandomGenerator random;

    /** The service, with turns and memory of its own, as much as this machine usually has. */
    public ReceivePack(Hosting hosting, ReceiveSettings settings, Agent agent) {
        this(hosting, settings, agent, WorkTurns.of(WorkSettings.DEFAULT, 1, Duration.ofMinutes(1)).pushes(),
            RequestMemory.in(Runtime.getRuntime().maxMemory()));
    }

    /**
     * The service.
     *
     * @param turns  for working through received packs
     * @param memory for long requests
     */
    public ReceivePack(Hosting hosting, ReceiveSettings settings, Agent agent, Turns turns,
                       RequestMemory memory) {
        this.hosting = hosting;
        this.turns = turns;
        this.memory = memory;
        this.settings = settings;
        this.capabilities = CAPABILITIES + agent;
        this.random = new SecureRandom();
    }

    @Override
    public Served serve(GitCall call) throws IOException {
        PushId push = call.push().map(GitCall.Push::id).orElseGet(() -> PushId.random(random));
        return switch (hosting.openPush(call.repo(), call.at(), push, call.caller().user())) {
            case Opened.Refused<PushSession> refused -> new Served.Refused(refused.why());
            case Opened.Ready<PushSession> ready -> {
                try (PushSession session = ready.value()) {
                    yield Conversation.hold(call, hosting::withdrawn,
                        (in, out) -> new PushConversation(call, session, settings, capabilities, turns, memory,
                            in, out));
                }
            }
        };
    }
}
