package dev.trine.server.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The numbered scenarios of docs/PROTOCOL.md as transcripts: commands, and indented below each what it makes the
 * replicas do. {@code -Dtranscripts.rewrite} writes down what they do now; read the difference before committing it.
 */
class TranscriptTest {
    private static final Path FOLDER = Path.of("src/test/resources/transcripts");
    private static final String INDENT = "    ";

    @ParameterizedTest
    @MethodSource("transcripts")
    void theReplicasDoWhatTheTranscriptSays(String name) throws IOException {
        Path file = FOLDER.resolve(name);
        List<String> written = Files.readAllLines(file);
        String played = play(written);
        if (System.getProperty("transcripts.rewrite") != null) {
            Files.writeString(file, played);
        }
        assertThat(played).isEqualTo(String.join("\n", written) + "\n");
    }

    private static String play(List<String> lines) {
        Transcript transcript = new Transcript();
        StringBuilder played = new StringBuilder();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                played.append(line).append('\n');
            } else if (!line.startsWith(INDENT)) {
                played.append(line).append('\n');
                transcript.run(line).lines().forEach(told -> played.append(INDENT).append(told).append('\n'));
            }
        }
        return played.toString();
    }

    static List<String> transcripts() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
