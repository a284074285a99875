package dev.trine.server.pkt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a client shows of the server's answer, as far as it is ours. */
class OneLineTest {
    private static final String EVIL = "refs/heads/\u001b]0;x\u0007\u009b2J\u202e\u2028";

    @Test
    void aSentenceIsOnePrintableLine() {
        assertThat(OneLine.of("no '" + EVIL + "'\r\nhere ")).isEqualTo("no 'refs/heads/?]0;x??2J??' here");
        assertThat(OneLine.of("a".repeat(2000))).isEqualTo("a".repeat(1000) + "...");
    }

    @Test
    void aMessageBesideTheDataIsPrintableLines() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SideBand(out, SideBand.Packets.LARGE).message("50%\r" + EVIL + "\n");
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("\u000250%\rrefs/heads/?]0;x??2J??\n");
    }

    @Test
    void theLastErrorIsPrintable() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new PktWriter(out).error("invalid command '" + EVIL + "'");
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("ERR invalid command 'refs/heads/?]0;x??2J??'\n");
    }
}
