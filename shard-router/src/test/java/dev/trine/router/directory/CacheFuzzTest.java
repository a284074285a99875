package dev.trine.router.directory;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.fuzz.Hostile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever lies in the cache on disk, what was not written under the router's key is not read. */
class CacheFuzzTest {
    private static final byte[] ENTRY = "an entry".getBytes(StandardCharsets.UTF_8);
    private final Seal seal = new Seal(new byte[32]);

    @Provide
    Arbitrary<byte[]> sealed() {
        return Arbitraries.oneOf(Hostile.damaged(seal.close("key", ENTRY), seal.close("key", new byte[0]),
            seal.close("other", ENTRY)), Hostile.bytes());
    }

    @Property(tries = 3000, seed = SEED)
    void onlyWhatWasSealedOpens(@ForAll("sealed") byte[] sealed) {
        Optional<byte[]> entry = Hostile.bounded(() -> seal.open("key", sealed));
        boolean sound = Arrays.equals(sealed, seal.close("key", ENTRY))
            || Arrays.equals(sealed, seal.close("key", new byte[0]));
        assertThat(entry.isPresent()).isEqualTo(sound);
        assertThat(new Seal(new byte[] {1}).open("key", sealed)).isEmpty();
    }

    @Property(tries = 500, seed = SEED)
    void whatIsSealedOpensUnderItsOwnKeyOnly(@ForAll byte[] entry, @ForAll("keys") String key) {
        assertThat(seal.open(key, seal.close(key, entry))).hasValueSatisfying(open ->
            assertThat(open).isEqualTo(entry));
        assertThat(seal.open(key + "x", seal.close(key, entry))).isEmpty();
    }

    @Provide
    Arbitrary<String> keys() {
        return Hostile.text("repo/", "user/");
    }

    @Property(tries = 3000, seed = SEED)
    void anyBytesAreAnEntryOrNone(@ForAll("entries") byte[] bytes) {
        Hostile.bounded(() -> CacheFormat.parse(bytes));
    }

    @Provide
    Arbitrary<byte[]> entries() {
        return Hostile.bytes();
    }
}
