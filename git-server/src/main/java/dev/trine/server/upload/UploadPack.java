package dev.trine.server.upload;

import dev.trine.server.admission.WorkSettings;
import dev.trine.server.admission.WorkTurns;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.Hosting;
import dev.trine.server.hosting.Opened;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.kept.StreamCache;
import dev.trine.server.pkt.Conversation;
import dev.trine.server.pkt.RequestMemory;
import java.io.IOException;

/** git-upload-pack over a node's repositories. Called by many threads; each call has a view of its own. */
public final class UploadPack implements GitService {
    private final Hosting hosting;
    private final UploadLimits limits;
    private final Agent agent;
    private final FetchResources resources;

    /** The service, with turns and memory of its own, as much as this machine usually has. */
    public UploadPack(Hosting hosting, UploadLimits limits, Agent agent, StreamCache cache) {
        this(hosting, limits, agent, cache,
            WorkTurns.of(WorkSettings.DEFAULT, limits.walkedClonesMax(), limits.walkedCloneWaitMax()),
            RequestMemory.in(Runtime.getRuntime().maxMemory()));
    }

    /**
     * The service.
     *
     * @param cache  packs for those who fetch the same; closed by whoever opened it, after the last call
     * @param turns  for making packs
     * @param memory for long requests
     */
    public UploadPack(Hosting hosting, UploadLimits limits, Agent agent, StreamCache cache, WorkTurns turns,
                      RequestMemory memory) {
        this.hosting = hosting;
        this.limits = limits;
        this.agent = agent;
        this.resources = new FetchResources(cache, turns, new PackOffsets.Known(),
            new WholeEntries.Known(), memory);
    }

    @Override
    public Served serve(GitCall call) throws IOException {
        return switch (hosting.open(call.repo(), call.at())) {
            case Opened.Refused<RepositoryView> refused -> new Served.Refused(refused.why());
            case Opened.Ready<RepositoryView> ready -> {
                try (RepositoryView view = ready.value()) {
                    yield Conversation.hold(call, hosting::withdrawn,
                        (in, out) -> new FetchConversation(call, view, in, out, limits, agent, resources));
                }
            }
        };
    }
}
