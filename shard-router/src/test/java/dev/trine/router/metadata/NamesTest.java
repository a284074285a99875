package dev.trine.router.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a/b", "/a/b", "a/b.git", "/a/b.git"})
    void aPathIsReadAsAGitClientGivesIt(String given) {
        assertThat(RepoPath.parse(given)).isEqualTo(new RepoPath("a/b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a", "a/", "//a/b", "a//b", "a/./b", "a/../b", "../a", "a/b.git/c", "a.git/b",
        "a/b c", "a/b\u0000", "a/ü", "a/b.git.git", "1/2/3/4/5/6/7/8/9", "a/\n", "a\\b/c", "a/.git"})
    void aPathThatCouldMeanSomethingElseIsNone(String given) {
        assertThatThrownBy(() -> RepoPath.parse(given)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("is not a repository path");
    }

    @Test
    void aGrantHoldsAtItsScopeAndBelowButNotBesideIt() {
        Scope team = new Scope("team");
        assertThat(team.covers(new Scope("team"))).isTrue();
        assertThat(team.covers(new Scope("team/sub/tool"))).isTrue();
        assertThat(team.covers(new Scope("teams/tool"))).isFalse();
        assertThat(team.covers(Scope.EVERYWHERE)).isFalse();
        assertThat(Scope.EVERYWHERE.covers(team)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Ann", "-ann", "a b", "ann@home"})
    void aUserNameIsShortAndPlain(String given) {
        assertThatThrownBy(() -> new UserName(given)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPublicKeyIsOneLineWhoseTypeIsTheOneInside() {
        String key = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
        assertThat(PublicKey.parse("ssh-ed25519 " + key).type()).isEqualTo("ssh-ed25519");
        assertThat(PublicKey.parse("ssh-ed25519 " + key + " ann's key\n").remark()).isEqualTo("ann's key");
        assertThatThrownBy(() -> PublicKey.parse("ssh-rsa " + key)).hasMessageContaining("not a key of type ssh-rsa");
        assertThatThrownBy(() -> PublicKey.parse("ssh-dss " + key)).hasMessageContaining("must start with one of");
        assertThatThrownBy(() -> PublicKey.parse("ssh-ed25519 " + key + "\nssh-ed25519 " + key))
            .hasMessageContaining("is one line");
        assertThatThrownBy(() -> PublicKey.parse("ssh-ed25519 !!!!")).hasMessageContaining("must be base64");
    }

    /** An RSA key whose modulus has that many bits, which nobody could use. */
    private static PublicKey rsa(int bits) {
        byte[] type = "ssh-rsa".getBytes(StandardCharsets.US_ASCII);
        byte[] modulus = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE).toByteArray();
        byte[] wire = ByteBuffer.allocate(3 * Integer.BYTES + type.length + 3 + modulus.length).putInt(type.length)
            .put(type).putInt(3).put(new byte[] {1, 0, 1}).putInt(modulus.length).put(modulus).array();
        return PublicKey.parse("ssh-rsa " + Base64.getEncoder().encodeToString(wire));
    }

    @Test
    void anRsaKeyHasEnoughBits() {
        assertThat(rsa(3072).rsaBits()).hasValue(3072);
        assertThat(new KeyRules(3072).objection(rsa(3072))).isEmpty();
        assertThat(new KeyRules(3072).objection(rsa(3071))).contains("the RSA key has 3071 bits, and at least 3072 are"
            + " required; make a better key with 'ssh-keygen -t ed25519'");
        assertThat(new KeyRules(2048).objection(rsa(2048))).isEmpty();
        assertThat(new KeyRules(2048).objection(rsa(16_385)).orElseThrow()).contains("at most 16384 are served");
        assertThatThrownBy(() -> new KeyRules(2047)).hasMessageContaining("rsa-bits-min must be 2048 to 16384");
    }

    @Test
    void aTokenDoesNotShowItsText() {
        TokenSecret secret = TokenSecret.parse("trine_" + "0123456789abcdef".repeat(4)).orElseThrow();
        assertThat(secret).hasToString("trine_…");
        assertThat(TokenSecret.parse("trine_short")).isEmpty();
    }
}
