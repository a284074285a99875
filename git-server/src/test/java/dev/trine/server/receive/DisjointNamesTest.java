package dev.trine.server.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Names that a file system would not take beside each other. */
class DisjointNamesTest {
    private static boolean excludes(String one, String other) {
        return one.startsWith(other + "/") || other.startsWith(one + "/");
    }

    @Test
    void aNameAndWhatLiesBelowItExcludeEachOther() {
        DisjointNames names = new DisjointNames();
        assertThat(names.add("refs/heads/a/b")).isTrue();
        assertThat(names.add("refs/heads/a")).isFalse();
        assertThat(names.add("refs/heads/a/b/c/d")).isFalse();
        assertThat(names.add("refs/heads/a-b")).isTrue();
        assertThat(names.add("refs/heads/a/b-c")).isTrue();
        assertThat(names.add("refs/heads/a/b!")).isTrue();
    }

    @Test
    void everyNameIsComparedWithAllBeforeIt() {
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            DisjointNames names = new DisjointNames();
            List<String> taken = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                StringBuilder name = new StringBuilder("refs");
                for (int part = random.nextInt(4); part >= 0; part--) {
                    name.append('/').append("a!-0~".charAt(random.nextInt(5)));
                }
                boolean free = taken.stream().noneMatch(other -> excludes(name.toString(), other));
                assertThat(names.add(name.toString())).as("%s beside %s", name, taken).isEqualTo(free);
                if (free) {
                    taken.add(name.toString());
                }
            }
        }
    }
}
