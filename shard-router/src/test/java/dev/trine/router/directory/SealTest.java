package dev.trine.router.directory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SealTest {
    private final Seal seal = new Seal(new byte[] {1, 2, 3});

    @Test
    void anEntryComesBackUnderItsOwnKeyOnly() {
        byte[] sealed = seal.close("key/a", new byte[] {5, 6});
        assertThat(seal.open("key/a", sealed)).hasValueSatisfying(entry -> assertThat(entry).containsExactly(5, 6));
        assertThat(seal.open("key/b", sealed)).isEmpty();
        assertThat(new Seal(new byte[] {1, 2, 4}).open("key/a", sealed)).isEmpty();
    }

    @Test
    void everyChangedByteBreaksTheSeal() {
        byte[] sealed = seal.close("key/a", new byte[] {5, 6});
        for (int at = 0; at < sealed.length; at++) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            assertThat(seal.open("key/a", changed)).isEmpty();
        }
        assertThat(seal.open("key/a", new byte[0])).isEmpty();
    }
}
