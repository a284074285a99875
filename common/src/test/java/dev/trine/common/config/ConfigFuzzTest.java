package dev.trine.common.config;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.fuzz.Hostile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever a configuration file holds, it is a configuration, or refused with its problems. */
class ConfigFuzzTest {
    private static final String SOUND = """
        name: n1
        listen: 127.0.0.1:9000
        mode: always
        push:
          idle-max: 30s
          pack-max: 3m
        zones: [z1, z2]
        peers:
          n2: 127.0.0.1:9002
        quiet: true
        tries: 7
        """;
    private static Path file;

    @BeforeContainer
    static void makeFile() throws IOException {
        file = Files.createTempFile("trine-fuzz", ".yaml");
    }

    @AfterContainer
    static void removeFile() throws IOException {
        Files.delete(file);
    }

    @Provide
    Arbitrary<byte[]> files() {
        Arbitrary<byte[]> made = Hostile.text("name: n1\nlisten: h:1\n", "name: n1\n", "listen: ",
            "127.0.0.1:9000\n", "mode: always\n", "push:\n", "  idle-max: ", "30s\n", "999999999999d\n",
            "pack-max: ", "9999999t", "zones: ", "[z1, z2]", "peers:", "- ", "{", "}", "&a", "*a",
            "!!java.io.File", "? ", "| ", "null", "~\n", "# ", "---\n", "data-dir: \0", "<<: ")
            .map(text -> text.getBytes(StandardCharsets.UTF_8));
        return Arbitraries.oneOf(made, Hostile.damaged(SOUND.getBytes(StandardCharsets.UTF_8)), Hostile.bytes());
    }

    @Property(tries = 2000, seed = SEED)
    void aFileIsAConfigurationOrRefused(@ForAll("files") byte[] content) throws IOException {
        Files.write(file, content);
        Hostile.bounded(() -> {
            try {
                ConfigFileTest.Node node = ConfigFile.load(file, ConfigFileTest.Node.class);
                assertThat(ConfigFile.describe(node)).contains("password: (secret)");
            } catch (ConfigException refused) {
                assertThat(refused).hasMessageContaining("config " + file);
            }
            return true;
        });
    }

    @Provide
    Arbitrary<String> scalars() {
        Arbitrary<String> likely = Combinators.combine(Arbitraries.of("0", "1", "1000", "59", "86400", "999999999999",
                "999999999999999", "[", "[[", "[::1]", "::1", "h]", "host"),
            Arbitraries.of("", "ms", "s", "m", "h", "d", "k", "g", "t", ":9000", "]:1", ":0", ":65536"))
            .as((one, other) -> one + other);
        return Arbitraries.oneOf(likely, wildScalars());
    }

    private static Arbitrary<String> wildScalars() {
        return Hostile.text("0", "1", "5", "999999999999", "ms", "s", "m", "h", "d", "k", "g", "t", "host", ":", "[",
            "]",
            "9000", "65536");
    }

    @Property(tries = 2000, seed = SEED)
    void whatIsWrittenIsReadAgain(@ForAll("scalars") String text) {
        roundTrip(text, Durations::parse, Durations::format);
        roundTrip(text, ByteSize::parse, ByteSize::toString);
        roundTrip(text, HostPort::parse, HostPort::toString);
    }

    private static <T> void roundTrip(String text, Function<String, T> parse, Function<T, String> format) {
        T value;
        try {
            value = Hostile.bounded(() -> parse.apply(text));
        } catch (IllegalArgumentException | ArithmeticException refused) {
            return;
        }
        assertThat(parse.apply(format.apply(value))).isEqualTo(value);
    }
}
