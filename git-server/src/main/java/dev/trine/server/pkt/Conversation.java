package dev.trine.server.pkt;

import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitService.Served;
import dev.trine.server.hosting.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is said in one call of a Git service. However it ends, the client learns why, if it is still there. */
public interface Conversation {
    /** Says it all. */
    void run() throws IOException, ProtocolErrorException;

    /** Ends it with an error for the client's user. */
    void fail(String message) throws IOException;

    /** Says why the repository cannot be served here any more; empty: whatever failed is a defect. */
    @FunctionalInterface
    interface Withdrawals {
        /** A sentence for clients. */
        Optional<String> withdrawn(RepoId repo);
    }

    /**
     * Holds one on those streams, whose failures are the client's absence. It is refused if a limit was reached before
     * anything was sent.
     */
    static Served hold(GitCall call, Withdrawals withdrawals, Factory factory) throws IOException {
        ClientOutput client = new ClientOutput(call.out());
        Conversation conversation = factory.on(new ClientInput(call.in()), client);
        try {
            conversation.run();
            client.flush();
            return Served.Exit.OK;
        } catch (OverLimitException e) {
            if (client.takeBack()) {
                return new Served.Refused(new Refusal.OverLimit(e.getMessage()));
            }
            return told(call, conversation, e.getMessage());
        } catch (ProtocolErrorException e) {
            return told(call, conversation, e.getMessage());
        } catch (ClientGoneException e) {
            throw e;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ClientGoneException gone) {
                throw gone;
            }
            return defect(call, withdrawals, conversation, e);
        } catch (IOException | RuntimeException e) {
            return defect(call, withdrawals, conversation, e);
        }
    }

    private static Served.Exit defect(GitCall call, Withdrawals withdrawals, Conversation conversation, Exception e)
        throws IOException {
        Optional<String> withdrawn = withdrawals.withdrawn(call.repo());
        if (withdrawn.isPresent()) {
            return told(call, conversation, withdrawn.get());
        }
        Logger log = LoggerFactory.getLogger(Conversation.class);
        log.atError().addKeyValue("repo", call.repo()).addKeyValue("path", call.caller().path())
            .addKeyValue("request", call.caller().requestInLog()).setCause(e).log("a call failed on this node's side");
        String why = "the server failed to read or write the repository; its log says why";
        call.deed().failed(why);
        conversation.fail(call.caller().told(why));
        return Served.Exit.FATAL;
    }

    private static Served.Exit told(GitCall call, Conversation conversation, String why) throws IOException {
        LoggerFactory.getLogger(Conversation.class).atInfo().addKeyValue("repo", call.repo())
            .addKeyValue("path", call.caller().path()).addKeyValue("request", call.caller().requestInLog())
            .addKeyValue("why", OneLine.of(why)).log("a client was told an error");
        call.deed().failed(OneLine.of(why));
        conversation.fail(call.caller().told(why));
        return Served.Exit.FATAL;
    }

    /** Makes a conversation on streams. */
    interface Factory {
        /** The conversation with the client at those streams. */
        Conversation on(InputStream in, OutputStream out);
    }
}
