package dev.trine.common.model;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.fuzz.Hostile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Which names refs may have is for Git to say. */
class RefNameFuzzTest {
    @Provide
    Arbitrary<String> names() {
        return Hostile.text("refs/", "heads/", "tags/", "refs/heads/", "main", "a", "/", ".", "..", ".lock", "@",
            "{", "-x",
            "HEAD");
    }

    @Property(tries = 10_000, seed = SEED)
    void anyNameIsLegalOrNot(@ForAll("names") String name) {
        if (Hostile.bounded(() -> RefName.isLegal(name))) {
            assertThat(new RefName(name).value().getBytes(StandardCharsets.UTF_8).length)
                .isLessThanOrEqualTo(RefName.BYTES_MAX);
        }
    }

    @Property(tries = 400, seed = SEED)
    void whatIsLegalHereIsLegalInGit(@ForAll("names") String suffix) throws IOException, InterruptedException {
        String name = "refs/" + suffix;
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        // no argument of a process can hold the one, no file name of Git's the other
        Assume.that(name.indexOf('\0') < 0 && bytes.length <= RefName.BYTES_MAX
            && new String(bytes, StandardCharsets.UTF_8).equals(name));
        Process git = new ProcessBuilder("git", "check-ref-format", name).redirectErrorStream(true).start();
        git.getInputStream().readAllBytes();
        assertThat(RefName.isLegal(name)).as(name).isEqualTo(git.waitFor() == 0);
    }
}
