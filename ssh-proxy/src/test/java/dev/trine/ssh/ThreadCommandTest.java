package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a command ends. */
class ThreadCommandTest {
    private static int fail(Throwable defect) {
        if (defect instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) defect;
    }

    private static Stream<Throwable> defects() {
        return Stream.of(new IllegalStateException("a secret of the inside"), new OutOfMemoryError("another"));
    }

    @ParameterizedTest
    @MethodSource("defects")
    void aDefectEndsTheCommandWithASentence(Throwable defect) throws Exception {
        Command command = new ThreadCommand() {
            @Override
            int run(ChannelSession channel, Environment environment) {
                return fail(defect);
            }
        };
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        command.setErrorStream(terminal);
        command.setExitCallback((status, message, closeImmediately) -> exit.complete(status));
        ChannelSession channel = new ChannelSession();
        command.start(channel, null);
        assertThat(exit.get(60, TimeUnit.SECONDS)).isEqualTo(128);
        assertThat(terminal.toString(StandardCharsets.UTF_8))
            .isEqualTo("trine: a defect of the SSH proxy; its log has it\n");
    }
}
