package dev.trine.http;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.fuzz.Hostile;
import dev.trine.common.relay.GitProgram;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a request asks for and shows. */
class RequestFuzzTest {
    private static final String ID = "([0-9a-fA-F]{40}|[0-9a-fA-F]{64}) ";
    private static final String PACKET_BEGINS = "[0-9a-fA-F]{4}" + ID + ID;
    private static final String IDS = "0".repeat(40) + " " + "1".repeat(40) + " ";

    @Provide
    Arbitrary<String> paths() {
        return Hostile.text("/", "/g/r", ".git", "/info/refs", "/git-upload-pack", "/git-receive-pack", "/HEAD",
            "/objects/pack/x", "/healthz", "/..", "/-/raw/main/", "/-/archive/", ".tar.gz", ".zip",
            "/-/oidc/token");
    }

    @Provide
    Arbitrary<Optional<String>> services() {
        return Arbitraries.of("git-upload-pack", "git-receive-pack", "git-upload-archive", "", "\0").optional();
    }

    @Property(tries = 10_000, seed = SEED)
    void aPathIsOneOfAFewTargets(@ForAll("paths") String path, @ForAll("services") Optional<String> service) {
        switch (Hostile.bounded(() -> Target.of(path, service))) {
            case Target.InfoRefs refs -> assertThat(refs.path() + "/info/refs").isEqualTo(path);
            case Target.Rpc rpc -> assertThat(rpc.path() + "/" + rpc.program().text()).isEqualTo(path);
            case Target.Health health -> assertThat(path).isEqualTo("/healthz");
            case Target.Content content -> assertThat(path).startsWith(content.path() + "/-/");
            case Target.TokenExchange exchange -> assertThat(path).isEqualTo("/-/oidc/token");
            case Target.Dumb dumb -> assertThat(path).contains("/");
            case Target.Lfs lfs -> assertThat(path).contains("/info/lfs");
            case Target.Unknown unknown -> assertThat(path).isNotEqualTo("/healthz");
        }
    }

    @Provide
    Arbitrary<String> headers() {
        return Hostile.text("Bearer ", "Basic ", "bearer", "basic", " ", "eDp5", "x", ":", "=", "trine_pat_",
            Base64.getEncoder().encodeToString("user:\u0000".getBytes(StandardCharsets.UTF_8)));
    }

    @Property(tries = 10_000, seed = SEED)
    void aHeaderShowsATokenOrNone(@ForAll("headers") String header) {
        Hostile.bounded(() -> Credential.token(Optional.of(header)))
            .ifPresent(token -> assertThat(token).isNotEmpty().hasSizeLessThan(2048));
    }

    @Property(tries = 2000, seed = SEED)
    void whatGitPutsIntoAHeaderIsReadAgain(@ForAll("words") String user, @ForAll("words") String token) {
        if (user.contains(":") || token.isEmpty() || user.length() + token.length() > 1000) {
            return;
        }
        String pair = Base64.getEncoder().encodeToString((user + ":" + token).getBytes(StandardCharsets.UTF_8));
        assertThat(Credential.token(Optional.of("Basic " + pair))).contains(token);
    }

    @Provide
    Arbitrary<String> words() {
        return Hostile.text("x", "trine_pat_", ":", "ü").filter(text ->
            new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text));
    }

    /** Whatever a node sends as an advertisement, in whatever pieces, the client gets all of it. */
    @Property(tries = 1000, seed = SEED)
    void anAdvertisementLosesNothing(@ForAll("advertisements") byte[] sent, @ForAll("pieces") int piece)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Advertisement advertisement = new Advertisement(out, GitProgram.UPLOAD_PACK);
        for (int at = 0; at < sent.length; at += piece) {
            advertisement.write(sent, at, Math.min(piece, sent.length - at));
        }
        advertisement.close();
        String text = out.toString(StandardCharsets.ISO_8859_1);
        assertThat(text).endsWith(new String(sent, StandardCharsets.ISO_8859_1));
        assertThat(text.length() - sent.length).isIn(0, "001e# service=git-upload-pack\n0000".length());
    }

    @Provide
    Arbitrary<byte[]> advertisements() {
        return Arbitraries.oneOf(Hostile.bytes(),
            Hostile.damaged("000eversion 2\n000fagent=x\n0000".getBytes(StandardCharsets.US_ASCII)));
    }

    /** What a push to an upstream says before its pack is either understood whole or refused. */
    @Property(tries = 10_000, seed = SEED)
    void commandsOfAPushAreReadOrRefused(@ForAll("pushes") byte[] sent) {
        Optional<PushCommands> read = Hostile.bounded(() -> {
            try {
                return Optional.of(PushCommands.read(new ByteArrayInputStream(sent)));
            } catch (BadBody refused) {
                return Optional.empty();
            }
        });
        String text = new String(sent, StandardCharsets.ISO_8859_1);
        read.ifPresent(push -> assertThat(push.each()).allMatch(command ->
            Pattern.compile(PACKET_BEGINS + Pattern.quote(command.ref())).matcher(text).find()));
    }

    @Provide
    Arbitrary<byte[]> pushes() {
        Arbitrary<byte[]> framed = Hostile.text(IDS, "0", " ", "x", "refs/heads/m", "shallow ", "push-cert",
            "\0 report-status", "\n").list().ofMinSize(1).ofMaxSize(3).map(RequestFuzzTest::packets);
        return Arbitraries.oneOf(Hostile.bytes(), Hostile.damaged(push()), framed);
    }

    private static byte[] packets(List<String> lines) {
        ByteArrayOutputStream push = new ByteArrayOutputStream();
        lines.forEach(line -> push.writeBytes(PktLine.of(line)));
        push.writeBytes("0000PACK".getBytes(StandardCharsets.US_ASCII));
        return push.toByteArray();
    }

    /** One that does not come to the end of its commands is none. */
    @Property(tries = 1000, seed = SEED)
    void aPushThatIsCutOffIsRefused(@ForAll("cutPushes") byte[] sent) {
        assertThatThrownBy(() -> PushCommands.read(new ByteArrayInputStream(sent))).isInstanceOf(BadBody.class);
    }

    @Provide
    Arbitrary<byte[]> cutPushes() {
        byte[] push = push();
        return Arbitraries.integers().between(0, push.length - "PACK".length() - 1)
            .map(length -> Arrays.copyOf(push, length));
    }

    private static byte[] push() {
        return packets(List.of("shallow " + "1".repeat(40) + "\n", IDS + "refs/heads/m\0 report-status\n",
            IDS + "refs/tags/v1\n"));
    }

    @Provide
    Arbitrary<Integer> pieces() {
        return Arbitraries.integers().between(1, 20);
    }
}
