package dev.trine.ssh;

import dev.trine.common.door.FileBacked;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.live.LiveSettings;
import dev.trine.common.live.LiveState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.server.session.ServerSession;

/** What the operator tells everybody who comes, for example that maintenance is near. */
final class Notice {
    private static final int BYTES_MAX = 4096;
    private static final AttributeKey<Boolean> TOLD = new AttributeKey<>();

    private final Optional<FileBacked<String>> text;
    private final LiveState live;

    private Notice(Optional<FileBacked<String>> text, LiveState live) {
        this.text = text;
        this.live = live;
    }

    /**
     * Takes the text that is set live, where none is that of a file, which is read again when it changes; no file, or
     * one that is missing or empty: no notice.
     */
    static Notice open(Optional<Path> file, LiveState live) throws StartException {
        try {
            return new Notice(file.isEmpty() ? Optional.empty()
                : Optional.of(FileBacked.open(List.of(file.get()), () -> read(file.get()))), live);
        } catch (IOException e) {
            throw new StartException("notice-file: " + e.getMessage(), e);
        }
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file)
            ? new String(FileBacked.bytes(file, BYTES_MAX), StandardCharsets.UTF_8).stripTrailing() : "";
    }

    /** Tells a client that has not signed in yet, once. */
    void tell(ServerSession session) throws IOException {
        if (session.setAttribute(TOLD, true) == null) {
            String now = live.now().get(LiveSettings.NOTICE, text.map(FileBacked::get).orElse(""));
            if (!now.isEmpty()) {
                Banner.send(session, now);
            }
        }
    }
}
