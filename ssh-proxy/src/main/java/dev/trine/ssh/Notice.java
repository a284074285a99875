package dev.trine.ssh;

import dev.trine.common.door.FileBacked;
import dev.trine.common.lifecycle.StartException;
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

    private Notice(Optional<FileBacked<String>> text) {
        this.text = text;
    }

    /** Reads the text from a file, and again when it changes; no file, or one that is missing or empty: no notice. */
    static Notice open(Optional<Path> file) throws StartException {
        try {
            return new Notice(file.isEmpty() ? Optional.empty()
                : Optional.of(FileBacked.open(List.of(file.get()), () -> read(file.get()))));
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
        if (text.isPresent() && session.setAttribute(TOLD, true) == null) {
            String now = text.get().get();
            if (!now.isEmpty()) {
                Banner.send(session, now);
            }
        }
    }
}
