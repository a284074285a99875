package dev.trine.ssh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.channel.ChannelSession;

/** A command that tells the user one sentence and exits: on standard output where that is a success. */
final class Sentence extends ThreadCommand {
    private final String text;
    private final int status;

    Sentence(String text, int status) {
        this.text = text;
        this.status = status;
    }

    @Override
    int run(ChannelSession channel, Environment environment) throws IOException {
        if (status == 0) {
            out().write((text + "\n").getBytes(StandardCharsets.UTF_8));
        } else {
            say(text);
        }
        return status;
    }
}
