package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.junit.jupiter.api.Test;

/** How a command ends. */
class ThreadCommandTest {
    @Test
    void aDefectEndsTheCommandWithASentence() throws Exception {
        Command command = new ThreadCommand() {
            @Override
            int run(ChannelSession channel, Environment environment) {
                throw new IllegalStateException("a secret of the inside");
            }
        };
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        command.setErrorStream(terminal);
        command.setExitCallback((status, message, closeImmediately) -> exit.complete(status));
        ChannelSession channel = new ChannelSession();
        command.start(channel, null);
        assertThat(exit.get(10, TimeUnit.SECONDS)).isEqualTo(128);
        assertThat(terminal.toString(StandardCharsets.UTF_8))
            .isEqualTo("trine: a defect of the SSH proxy; its log has it\n");
    }
}
