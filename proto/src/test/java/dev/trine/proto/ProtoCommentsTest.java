package dev.trine.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProtoCommentsTest {
    private static final Pattern DECLARATION =
        Pattern.compile("\\s*(message|enum|service|rpc|extend|(repeated |optional )?[\\w.]+ \\w+ = \\d+).*");
    private static final Pattern IN_ONEOF_OF_MESSAGES = Pattern.compile("\\s+[A-Z]\\w+ \\w+ = \\d+;");

    @Test
    void everyDeclarationIsExplained() throws IOException {
        List<String> bare = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/main/proto/trine"))) {
            for (Path file : files.toList()) {
                List<String> lines = Files.readAllLines(file);
                for (int i = 1; i < lines.size(); i++) {
                    String line = lines.get(i);
                    boolean explained = lines.get(i - 1).strip().startsWith("//");
                    if (DECLARATION.matcher(line).matches() && !line.strip().startsWith("//") && !explained
                        && !isNamedByItsMessage(file, line)) {
                        bare.add(file.getFileName() + ":" + (i + 1) + ": " + line.strip());
                    }
                }
            }
        }
        assertThat(bare).isEmpty();
    }

    /** The variants of PeerMessage are explained at their messages. */
    private static boolean isNamedByItsMessage(Path file, String line) {
        return file.endsWith("replication.proto") && IN_ONEOF_OF_MESSAGES.matcher(line).matches();
    }

    @Test
    void everyCallSaysWhetherItWrites() {
        for (FileDescriptor file : List.of(Git.getDescriptor(), ReplicationOuterClass.getDescriptor(),
            Node.getDescriptor(), RouterOuterClass.getDescriptor(), AdminOuterClass.getDescriptor(),
            UpstreamsOuterClass.getDescriptor(), AuthorizerOuterClass.getDescriptor())) {
            file.getServices().forEach(service -> service.getMethods().forEach(method ->
                assertThat(method.getOptions().getExtension(Options.access)).as(method.getFullName())
                    .isNotEqualTo(Access.ACCESS_UNSPECIFIED)));
        }
    }
}
