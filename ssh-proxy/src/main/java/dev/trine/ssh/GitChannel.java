package dev.trine.ssh;

import java.io.IOException;
import java.util.List;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.channel.RequestHandler.Result;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;

/**
 * A session channel that runs one command: no terminal, no agent, no X11, no signals, and no environment but
 * GIT_PROTOCOL. A subsystem such as sftp gets the sentence that any other command gets.
 */
final class GitChannel extends ChannelSession {
    /** The only variable that a client can set. */
    static final String GIT_PROTOCOL = "GIT_PROTOCOL";

    private final Commands commands;

    private GitChannel(Commands commands) {
        super(List.of());
        this.commands = commands;
    }

    /** Opens such channels. */
    record Factory(Commands commands) implements ChannelFactory {
        @Override
        public String getName() {
            return "session";
        }

        @Override
        public Channel createChannel(Session session) {
            return new GitChannel(commands);
        }
    }

    @Override
    protected Result handleEnvParsed(String name, String value) {
        if (!name.equals(GIT_PROTOCOL)) {
            return Result.ReplyFailure;
        }
        addEnvVariable(name, value);
        return Result.ReplySuccess;
    }

    @Override
    protected Result handleInternalRequest(String type, boolean wantReply, Buffer buffer) throws IOException {
        return switch (type) {
            case "env", "exec", "shell", "subsystem" -> super.handleInternalRequest(type, wantReply, buffer);
            default -> Result.ReplyFailure;
        };
    }

    @Override
    protected Result handleSubsystemParsed(String request, String subsystem) throws IOException {
        commandInstance = commands.subsystem(getServerSession(), subsystem);
        return prepareChannelCommand(request, commandInstance);
    }
}
