package dev.trine.server.repo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.RefListing;
import dev.trine.server.replication.RefTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedRefsTest {
    private static final List<String> PREFIXES = List.of("", "r", "refs/", "refs/heads/", "refs/heads/5", "HEAD", "A",
        "refs/tags/", "refs/tags/9é", "refs/zzz", "refs/heads/1000/nothing longer than any name there");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatIsListedAfterManyChangesIsWhatThereIs(long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Table refs = new Table(new TreeMap<>());
        PackedRefs packed = PackedRefs.read(refs);
        for (int round = 0; round < 40; round++) {
            List<RefUpdate> updates = new ArrayList<>();
            int count = random.nextInt(10) == 0 ? random.nextInt(4_000) : random.nextInt(4);
            boolean deleting = random.nextInt(4) == 0;
            for (int i = 0; i < count; i++) {
                RefName name = name(random);
                Optional<RefValue> before = refs.get(name);
                Optional<RefValue> after = deleting && before.isPresent() ? Optional.empty()
                    : Optional.of(value(random));
                updates.add(new RefUpdate(name, before, after));
                after.ifPresentOrElse(value -> refs.all.put(name, value), () -> refs.all.remove(name));
            }
            packed = packed.with(updates);
            assertListed(packed, refs);
        }
        assertListed(PackedRefs.read(refs), refs);
    }

    @Test
    void aChangeSharesAllButOneChunkWithTheStateBefore() throws IOException {
        Table refs = new Table(new TreeMap<>());
        for (int i = 0; i < 20_000; i++) {
            refs.all.put(new RefName("refs/heads/" + i), new RefValue.Direct(id(i)));
        }
        PackedRefs before = PackedRefs.read(refs);
        PackedRefs after = before.with(List.of(new RefUpdate(new RefName("refs/heads/777"),
            Optional.of(new RefValue.Direct(id(777))), Optional.of(new RefValue.Direct(id(1))))));

        List<byte[]> own = arrays(after);
        own.removeIf(array -> arraysContain(before, array));
        assertThat(own).hasSize(1);
        assertThat(after.bytes()).isLessThan(20_000 * 100);
    }

    private static boolean arraysContain(PackedRefs refs, byte[] array) {
        return arrays(refs).stream().anyMatch(one -> one == array);
    }

    private static List<byte[]> arrays(PackedRefs refs) {
        List<byte[]> arrays = new ArrayList<>();
        try {
            refs.list("", new RefListing.Visitor() {
                @Override
                public void lines(byte[] bytes, int offset, int length) {
                    arrays.add(bytes);
                }

                @Override
                public void ref(RefName name, RefValue value) {
                    throw new AssertionError("a ref without a line: " + name);
                }
            });
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return arrays;
    }

    private static void assertListed(PackedRefs packed, Table refs) throws IOException {
        for (String prefix : PREFIXES) {
            assertThat(listed(packed, prefix)).as("refs with prefix '%s'", prefix)
                .isEqualTo(listed(RefListing.of(refs), prefix));
        }
    }

    /** Names and values in the order in which they are shown. */
    private static List<Map.Entry<RefName, RefValue>> listed(RefListing refs, String prefix) throws IOException {
        List<Map.Entry<RefName, RefValue>> shown = new ArrayList<>();
        refs.list(prefix, new RefListing.Visitor() {
            @Override
            public void lines(byte[] bytes, int offset, int length) {
                int at = offset;
                while (at < offset + length) {
                    int end = at + Integer.parseInt(new String(bytes, at, 4, StandardCharsets.US_ASCII), 16);
                    String line = new String(bytes, at + 4, end - at - 4, StandardCharsets.UTF_8);
                    assertThat(line).matches("[0-9a-f]{40} [^ ]+\n");
                    shown.add(Map.entry(new RefName(line.substring(41).strip()),
                        new RefValue.Direct(new ObjectName(line.substring(0, 40)))));
                    at = end;
                }
                assertThat(at).isEqualTo(offset + length);
            }

            @Override
            public void ref(RefName name, RefValue value) {
                shown.add(Map.entry(name, value));
            }
        });
        return shown;
    }

    private static RefName name(RandomGenerator random) {
        return switch (random.nextInt(20)) {
            case 0 -> RefName.HEAD;
            case 1, 2 -> new RefName("refs/tags/" + random.nextInt(30) + "é");
            default -> new RefName("refs/heads/" + random.nextInt(6_000));
        };
    }

    private static RefValue value(RandomGenerator random) {
        return switch (random.nextInt(20)) {
            case 0 -> new RefValue.Symbolic(name(random));
            case 1 -> new RefValue.Direct(id(random.nextInt()), Optional.of(id(random.nextInt())));
            default -> new RefValue.Direct(id(random.nextInt()));
        };
    }

    private static ObjectName id(int number) {
        return new ObjectName(String.format("%040x", number & 0xffffffffL));
    }

    /** Refs in memory. */
    private record Table(NavigableMap<RefName, RefValue> all) implements RefTable {
        @Override
        public Optional<RefValue> get(RefName name) {
            return Optional.ofNullable(all.get(name));
        }

        @Override
        public void scan(String prefix, BiPredicate<RefName, RefValue> visitor) {
            for (Map.Entry<RefName, RefValue> ref : all.entrySet()) {
                if (ref.getKey().value().startsWith(prefix) && !visitor.test(ref.getKey(), ref.getValue())) {
                    return;
                }
            }
        }
    }
}
