package dev.trine.inspector.admin;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.fuzz.Hostile;
import dev.trine.common.text.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever somebody hands over as a receipt, it is one, or said to be none. */
class ReceiptFuzzTest {
    private static Path directory;
    private static AdminFixture trine;
    private static byte[] sound;

    @BeforeContainer
    static void start() throws IOException {
        directory = Files.createTempDirectory("trine-fuzz");
        trine = AdminFixture.start(directory, new InMemoryAdmin(3));
        sound = trine.run("receipt", "show", "team/app", "7", "-o", "json").out().getBytes(StandardCharsets.UTF_8);
    }

    @AfterContainer
    static void stop() throws Exception {
        trine.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Provide
    Arbitrary<byte[]> files() {
        return Arbitraries.oneOf(Hostile.damaged(sound), Hostile.bytes(), Arbitraries.of("null", "[]", "{}", "7",
            "\"x\"")
            .map(text -> text.getBytes(StandardCharsets.UTF_8)));
    }

    @Property(tries = 400, seed = SEED)
    void aFileIsAReceiptOrSaidToBeNone(@ForAll("files") byte[] file) throws IOException {
        Files.write(directory.resolve("r.json"), file);
        verify("r.json");
    }

    @Provide
    Arbitrary<String> names() {
        return Hostile.text("7", "-1.2.0-", "0123456789ab", "9".repeat(25), "r.json", "../", "/etc/").filter(name ->
            !name.startsWith("-") && !name.startsWith("@"));
    }

    @Property(tries = 400, seed = SEED)
    void aNameIsAReceiptOrSaidToBeNone(@ForAll("names") String name) {
        verify(name);
    }

    private static void verify(String receipt) {
        AdminFixture.Result result = Hostile.bounded(() -> trine.run("receipt", "verify", "team/app", receipt));
        assertThat(result.exit()).isBetween(0, 5);
        assertThat(result.err()).doesNotContain("unexpected").isEqualTo(Printable.lines(result.err()));
    }
}
