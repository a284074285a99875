package dev.trine.common.fuzz;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Input as somebody sends it who means harm, or whose memory is broken. */
public final class Hostile {
    /** The seed of every run: a test that failed fails again. */
    public static final String SEED = "20261122";

    private static final Duration PARSED_MAX = Duration.ofSeconds(60);
    private static final List<String> NASTY = List.of("", " ", "  ", "\0", "\n", "\r\n", "\t", ".", "..", "/", "//",
        "-", "--", "=", "--upload-pack=touch x", "-oProxyCommand=x", ":", "::1", "\u2028", "\u2029", "\u0085",
        "\u001b[31m", "\u009b", "\u202e", "ü", "\u0130", "\ud800", "🙂", "%00", "%", "~", "^", "*", "**", "?", "[",
        "@{", "'", "\"", "\\", "$(x)", "`x`", ";", "|", "&", "0", "-1", "٣", "2147483648", "9223372036854775808",
        "1e99", "x".repeat(300), "/x".repeat(300), "[".repeat(2000));

    private Hostile() {
    }

    /** Texts of pieces of the language at hand, of what breaks parsers, and of anything. */
    public static Arbitrary<String> text(String... pieces) {
        return Arbitraries.frequencyOf(Tuple.of(6, Arbitraries.of(pieces)),
                Tuple.of(2, Arbitraries.of(NASTY)),
                Tuple.of(1, Arbitraries.strings().ofMaxLength(20)))
            .list().ofMaxSize(12).map(parts -> String.join("", parts));
    }

    /** Any bytes. */
    public static Arbitrary<byte[]> bytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
    }

    /** Sound bytes of which one stretch was replaced by another one, shorter or longer; often by none. */
    public static Arbitrary<byte[]> damaged(byte[]... sound) {
        return Combinators.combine(Arbitraries.of(sound), Arbitraries.doubles().between(0, 1),
            Arbitraries.integers().between(0, 12), Arbitraries.bytes().array(byte[].class).ofMaxSize(12))
            .as(Hostile::replace);
    }

    private static byte[] replace(byte[] sound, double where, int cut, byte[] by) {
        int start = (int) (where * sound.length);
        int end = Math.min(sound.length, start + cut);
        byte[] result = Arrays.copyOf(sound, sound.length - (end - start) + by.length);
        System.arraycopy(by, 0, result, start, by.length);
        System.arraycopy(sound, end, result, start + by.length, sound.length - end);
        return result;
    }

    /** Runs a parser, which must come to an end. */
    public static <T> T bounded(Callable<T> parser) {
        return assertTimeoutPreemptively(PARSED_MAX, parser::call);
    }
}
