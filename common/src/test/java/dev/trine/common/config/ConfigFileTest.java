package dev.trine.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    @TempDir
    Path dir;

    enum Mode { ON_DEMAND, ALWAYS }

    record Push(@Default("2g") ByteSize packMax, @Default("5m") Duration idleMax) {
        Push {
            if (packMax.bytes() == 0) {
                throw new IllegalArgumentException("pack-max must not be 0");
            }
        }
    }

    record Node(String name, HostPort listen, @Default("on-demand") Mode mode, @Default("{}") Push push,
                Optional<Path> dataDir, @Default("[]") List<String> zones, @Default("{}") Map<String, HostPort> peers,
                @Default("false") boolean quiet, @Default("3") int tries, @Secret @Default("none") String password) {
    }

    @Test
    void aFileBecomesARecordAndDefaultsFillTheRest() throws Exception {
        Node node = load("""
            name: n1
            listen: 127.0.0.1:9000
            push:
              idle-max: 30s
            zones: [z1, z2]
            peers:
              n2: 127.0.0.1:9002
            """);
        assertThat(node).isEqualTo(new Node("n1", new HostPort("127.0.0.1", 9000), Mode.ON_DEMAND,
            new Push(new ByteSize(2L << 30), Duration.ofSeconds(30)), Optional.empty(), List.of("z1", "z2"),
            Map.of("n2", new HostPort("127.0.0.1", 9002)), false, 3, "none"));
    }

    @Test
    void allProblemsAreReportedAtOnceWithSuggestions() {
        assertThatThrownBy(() -> load("""
            listen: nowhere
            mode: sometimes
            push:
              pack-maxx: 5
              idle-max: 5 min
            tries: many
            """)).isInstanceOf(ConfigException.class)
            .hasMessageContaining("has 6 problems")
            .hasMessageContaining("name: missing")
            .hasMessageContaining("listen = \"nowhere\": not a host and port, write 127.0.0.1:9000")
            .hasMessageContaining("mode = \"sometimes\": not one of on-demand, always")
            .hasMessageContaining("push.pack-maxx: unknown key, did you mean push.pack-max?")
            .hasMessageContaining("push.idle-max = \"5 min\": not a duration, write 5s")
            .hasMessageContaining("tries = \"many\": not a whole number");
    }

    @Test
    void theChecksOfARecordAreProblemsOfItsSection() {
        assertThatThrownBy(() -> load("""
            name: n1
            listen: 127.0.0.1:9000
            push:
              pack-max: 0
            """)).hasMessageContaining("has 1 problem:").hasMessageContaining("push: pack-max must not be 0");
    }

    @Test
    void aFileThatIsNotThereOrNotYamlIsOneSentence() {
        assertThatThrownBy(() -> ConfigFile.load(dir.resolve("absent.yaml"), Node.class))
            .hasMessageContaining("no such file");
        assertThatThrownBy(() -> load("a: [")).isInstanceOf(ConfigException.class).hasMessageContaining("not YAML");
        assertThatThrownBy(() -> load("just text")).hasMessageContaining("not a list of keys");
    }

    @Test
    void secretsAreNotPrinted() throws Exception {
        String printed = ConfigFile.describe(load("""
            name: n1
            listen: 127.0.0.1:9000
            password: hunter2
            """));
        assertThat(printed).contains("name: n1", "push.pack-max: 2g", "push.idle-max: 5m", "password: (secret)")
            .doesNotContain("hunter2");
    }

    private Node load(String yaml) throws IOException, ConfigException {
        return ConfigFile.load(Files.writeString(dir.resolve("node.yaml"), yaml), Node.class);
    }
}
