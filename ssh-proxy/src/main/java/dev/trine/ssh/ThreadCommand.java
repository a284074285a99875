package dev.trine.ssh;

import dev.trine.common.door.TerminalText;
import dev.trine.common.model.RequestId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A command with a virtual thread of its own, which is interrupted when the client goes away. */
abstract class ThreadCommand implements Command {
    /** Git's exit status where nothing could be done. */
    static final int FATAL = 128;
    private static final Logger LOG = LoggerFactory.getLogger(ThreadCommand.class);

    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private OutputStream err = OutputStream.nullOutputStream();
    private @Nullable ExitCallback callback;
    private volatile @Nullable Thread thread;

    /**
     * Does the work, blocking.
     *
     * @return the exit status
     * @throws IOException the client went away
     */
    abstract int run(ChannelSession channel, Environment environment) throws IOException;

    /** What the request is called, where it is one that goes to a node. */
    Optional<RequestId> request() {
        return Optional.empty();
    }

    final InputStream in() {
        return in;
    }

    final OutputStream out() {
        return out;
    }

    final OutputStream err() {
        return err;
    }

    /** Tells the user one sentence, on his standard error. */
    final void say(String sentence) throws IOException {
        err.write((TerminalText.line(sentence) + "\n").getBytes(StandardCharsets.UTF_8));
        err.flush();
    }

    @Override
    public final void start(ChannelSession channel, Environment environment) {
        thread = Thread.ofVirtual().name("command").start(() -> exit(statusOf(channel, environment)));
    }

    @Override
    public final void destroy(ChannelSession channel) {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private int statusOf(ChannelSession channel, Environment environment) {
        try {
            int status = run(channel, environment);
            out.flush();
            err.flush();
            return status;
        } catch (IOException clientGone) {
            // nobody is left who could be told
            return 1;
        } catch (RuntimeException | Error defect) {
            LOG.atError().addKeyValue("request", request().map(RequestId::value).orElse("-")).setCause(defect)
                .log("a command failed");
            return sayDefect();
        }
    }

    private int sayDefect() {
        try {
            String sentence = "trine: a defect of the SSH proxy; its log has it";
            say(request().map(id -> id.on(sentence)).orElse(sentence));
        } catch (IOException clientGone) {
            LOG.atDebug().log("the client of the failed command is gone");
        }
        return FATAL;
    }

    private void exit(int status) {
        if (callback != null) {
            callback.onExit(status);
        }
    }

    @Override
    public final void setInputStream(InputStream stream) {
        in = stream;
    }

    @Override
    public final void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public final void setErrorStream(OutputStream stream) {
        err = stream;
    }

    @Override
    public final void setExitCallback(ExitCallback exitCallback) {
        callback = exitCallback;
    }
}
