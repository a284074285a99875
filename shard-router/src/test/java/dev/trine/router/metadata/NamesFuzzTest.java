package dev.trine.router.metadata;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.fuzz.Hostile;
import dev.trine.common.model.ClientPath;
import dev.trine.common.text.Printable;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever somebody presents as a name, a key or a token, it is one or is refused, in words that harm no terminal. */
class NamesFuzzTest {
    private static final String SAFE = "[A-Za-z0-9._/-]+";

    @Provide
    Arbitrary<String> paths() {
        return Hostile.text("team", "/", "/", "app", ".git", "a.b", "-x", "_", "..", "A1");
    }

    @Property(tries = 10_000, seed = SEED)
    void aPathIsPlainOrRefused(@ForAll("paths") String given) {
        Optional<RepoPath> path = read(given, RepoPath::parse);
        path.ifPresent(sound -> {
            assertThat(sound.value()).matches(SAFE).hasSizeLessThanOrEqualTo(ClientPath.BYTES_MAX)
                .doesNotStartWith("/").doesNotContain("//").doesNotContain(".git/").doesNotEndWith(".git");
            assertThat("/" + sound.value() + "/").doesNotContain("/../").doesNotContain("/./");
            assertThat(RepoPath.parse(sound.value())).isEqualTo(sound);
        });
        read(given, Scope::new).ifPresent(scope -> assertThat(scope.value()).matches(SAFE + "|\\*"));
        read(given, UserName::new).ifPresent(name -> assertThat(name.value()).matches("[a-z0-9][a-z0-9._-]*"));
    }

    @Provide
    Arbitrary<String> patterns() {
        return Hostile.text("refs/heads/", "refs/tags/", "refs/", "main", "*", "**", "/", "release");
    }

    @Property(tries = 5000, seed = SEED)
    void aPatternOfRefsIsOneOrRefused(@ForAll("patterns") String given) {
        read(given, pattern -> new RefRule(Scope.EVERYWHERE, pattern, Optional.empty(), Optional.empty(),
            Optional.empty())).ifPresent(rule -> assertThat(rule.pattern()).startsWith("refs/")
                .hasSizeLessThanOrEqualTo(RefRule.PATTERN_CHARS_MAX));
    }

    @Provide
    Arbitrary<String> keys() {
        byte[] ed25519 = wire("ssh-ed25519", 32);
        Arbitrary<String> damaged = Hostile.damaged(ed25519, wire("ssh-rsa", 3))
            .map(wire -> "ssh-ed25519 " + Base64.getEncoder().encodeToString(wire) + " me");
        return Arbitraries.oneOf(damaged, damaged.map(line -> line.replace("-ed25519", "-rsa")),
            Hostile.text("ssh-ed25519 ", "ssh-rsa ", Base64.getEncoder().encodeToString(ed25519), " ", "AAAA", "me"));
    }

    private static byte[] wire(String type, int keyBytes) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        return java.nio.ByteBuffer.allocate(8 + name.length + keyBytes).putInt(name.length).put(name).putInt(keyBytes)
            .array();
    }

    @Property(tries = 3000, seed = SEED)
    void aPublicKeyIsOneOrRefused(@ForAll("keys") String line) {
        read(line, PublicKey::parse).ifPresent(key -> {
            assertThat(key.wireForm()).hasSizeLessThanOrEqualTo(PublicKey.WIRE_BYTES_MAX);
            assertThat(key.remark()).isEqualTo(Printable.line(key.remark()));
            key.rsaBits().ifPresent(bits -> assertThat(bits).isNotNegative());
        });
    }

    @Provide
    Arbitrary<String> tokens() {
        return Hostile.text("trine_", "pat_", "dep_", "prj_", "x".repeat(43), "0".repeat(49), "A", "_", "-");
    }

    @Property(tries = 5000, seed = SEED)
    void aTokenIsOneOrIsNone(@ForAll("tokens") String text) {
        Hostile.bounded(() -> TokenSecret.parse(text)).ifPresent(token -> assertThat(token.text()).isEqualTo(text)
            .matches("trine_[A-Za-z0-9_-]{32,128}"));
    }

    @Property(tries = 500, seed = SEED)
    void aTokenWithOneWrongLetterIsNone(@ForAll("kinds") AccessToken.Kind kind, @ForAll("letters") char wrong,
                                        @ForAll("places") int place) {
        String text = TokenSecret.random(kind, new SecureRandom()).text();
        assertThat(TokenSecret.parse(text)).isPresent();
        String mistyped = text.substring(0, place) + wrong + text.substring(place + 1);
        assertThat(TokenSecret.parse(mistyped).isPresent()).isEqualTo(mistyped.equals(text));
    }

    @Provide
    Arbitrary<AccessToken.Kind> kinds() {
        return Arbitraries.of(AccessToken.Kind.class);
    }

    @Provide
    Arbitrary<Character> letters() {
        return Arbitraries.chars().alpha().numeric();
    }

    @Provide
    Arbitrary<Integer> places() {
        return Arbitraries.integers().between("trine_pat_".length(), "trine_pat_".length() + 48);
    }

    /** The value; empty: it was refused, in words that may be shown to anybody. */
    private static <T> Optional<T> read(String given, Function<String, T> parser) {
        try {
            return Optional.of(Hostile.bounded(() -> parser.apply(given)));
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isEqualTo(Printable.line(refused.getMessage()))
                .hasSizeLessThan(600);
            return Optional.empty();
        }
    }
}
