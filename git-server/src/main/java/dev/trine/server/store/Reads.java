package dev.trine.server.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** Reads of one state of the database: the newest at each read, or a snapshot. */
interface Reads {
    /** How many pairs one visit of the database brings at most; between visits nothing native is held. */
    int CHUNK = 1024;

    /** The value of a key, if it has one. */
    Optional<byte[]> get(byte[] key);

    /** Up to {@code max} pairs with {@code from <= key < end}, in order. */
    List<Database.Pair> range(byte[] from, byte[] end, int max);

    /** The pair with the greatest key that starts with a prefix. */
    default Optional<Database.Pair> last(byte[] prefix) {
        return lastBelow(prefix, Keys.behind(prefix));
    }

    /** The pair with the greatest key that starts with a prefix and lies below another key. */
    Optional<Database.Pair> lastBelow(byte[] prefix, byte[] end);

    /** Visits all pairs that start with a prefix, in order, until the visitor returns false. */
    default void scan(byte[] prefix, BiPredicate<byte[], byte[]> visitor) {
        byte[] end = Keys.behind(prefix);
        byte[] from = prefix;
        while (true) {
            List<Database.Pair> chunk = range(from, end, CHUNK);
            for (Database.Pair pair : chunk) {
                if (!visitor.test(pair.key(), pair.value())) {
                    return;
                }
            }
            if (chunk.size() < CHUNK) {
                return;
            }
            from = Keys.next(chunk.getLast().key());
        }
    }

    /** The values of all keys that start with a prefix, decoded, in order of key. */
    default <T> List<T> all(byte[] prefix, Function<Database.Pair, T> decode) {
        List<T> values = new ArrayList<>();
        scan(prefix, (key, value) -> values.add(decode.apply(new Database.Pair(key, value))));
        return values;
    }
}
