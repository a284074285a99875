package dev.trine.server.upload;

import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.Hosting;
import dev.trine.server.hosting.Opened;
import dev.trine.server.hosting.RepositoryView;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** git-upload-pack over a node's repositories. Called by many threads; each call has a view of its own. */
public final class UploadPack implements GitService {
    private static final Logger LOG = LoggerFactory.getLogger(UploadPack.class);

    private final Hosting hosting;
    private final UploadLimits limits;
    private final Agent agent;
    private final WalkedClones clones;

    public UploadPack(Hosting hosting, UploadLimits limits, Agent agent) {
        this.hosting = hosting;
        this.limits = limits;
        this.agent = agent;
        this.clones = new WalkedClones(limits);
    }

    @Override
    public Served serve(GitCall call) throws IOException {
        return switch (hosting.open(call.repo(), call.at())) {
            case Opened.Refused<RepositoryView> refused -> new Served.Refused(refused.why());
            case Opened.Ready<RepositoryView> ready -> {
                try (RepositoryView view = ready.value()) {
                    yield serve(call, view);
                }
            }
        };
    }

    private Served serve(GitCall call, RepositoryView view) throws IOException {
        OutputStream client = new ClientOutput(call.out());
        Conversation conversation = new Conversation(call, view, client, limits, agent, clones);
        try {
            conversation.run();
            client.flush();
            return Served.Exit.OK;
        } catch (ProtocolErrorException e) {
            conversation.fail(e.getMessage());
            return Served.Exit.FATAL;
        } catch (ClientGoneException e) {
            throw e;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ClientGoneException gone) {
                throw gone;
            }
            return defect(call, conversation, e);
        } catch (IOException | RuntimeException e) {
            return defect(call, conversation, e);
        }
    }

    private static Served defect(GitCall call, Conversation conversation, Exception e) throws IOException {
        LOG.atError().addKeyValue("repo", call.repo()).addKeyValue("path", call.caller().path()).setCause(e)
            .log("a fetch failed on this node's side");
        conversation.fail("upload-pack: the node failed to read the repository; its log says why");
        return Served.Exit.FATAL;
    }
}
