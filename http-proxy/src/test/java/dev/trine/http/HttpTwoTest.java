package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.relay.GitClient;
import dev.trine.common.rpc.Security;
import dev.trine.common.rpc.TestAuthority;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which versions of HTTP and TLS are spoken, and that git gets along with them. */
@Timeout(120)
class HttpTwoTest {
    @TempDir
    private Path dir;
    private Door door;
    private TestAuthority authority;
    private String tls;

    @BeforeEach
    void start() throws Exception {
        door = new Door(dir);
        authority = TestAuthority.create(dir.resolve("ca"));
        Security.Tls files = authority.member("door").tls().orElseThrow();
        tls = "tls: {certificate: " + files.certificate() + ", key: " + files.key() + "}";
    }

    @AfterEach
    void stop() throws Exception {
        door.close();
    }

    private HttpClient client(String... protocols) throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(protocols);
        return HttpClient.newBuilder().sslContext(Door.trusting(authority.certificate())).sslParameters(parameters)
            .build();
    }

    private String curl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--max-time", "30",
            "--header", "Authorization: Bearer t1", "--output", "/dev/null", "--write-out",
            "%{http_version} %{http_code}"));
        command.addAll(List.of(arguments));
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        curl.waitFor();
        return output;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void overTlsTheClientChoosesHttp2(String version) throws Exception {
        try (HttpProxy proxy = door.proxy(tls); HttpClient http = client(version)) {
            HttpResponse<String> answer = Door.get(http, "https://127.0.0.1:" + proxy.port() + Door.REFS);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo(version);
        }
    }

    @Test
    void olderTlsIsNotSpoken() throws Exception {
        try (HttpProxy proxy = door.proxy(tls)) {
            Process openssl = new ProcessBuilder("openssl", "s_client", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0",
                "-connect", "127.0.0.1:" + proxy.port()).redirectErrorStream(true).start();
            openssl.getOutputStream().close();
            assertThat(new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("alert protocol version");
        }
    }

    @Test
    void withoutTlsWhoBeginsWithHttp2GetsItAndNobodyIsUpgraded() throws Exception {
        try (HttpProxy proxy = door.proxy(); HttpClient http = HttpClient.newHttpClient()) {
            String url = "http://127.0.0.1:" + proxy.port() + Door.REFS;
            assertThat(curl("--http2-prior-knowledge", url)).isEqualTo("2 200");
            assertThat(curl("--http2", url)).isEqualTo("1.1 200");
            assertThat(Door.get(http, url).version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1", "HTTP/2"})
    void gitPushesAndClonesOverEither(String version) throws Exception {
        GitClient work = GitClient.in(dir.resolve("work"),
            Map.of("GIT_SSL_CAINFO", authority.certificate().toString(), "GIT_CURL_VERBOSE", "1"));
        byte[] noise = new byte[8 << 20];
        new Random(1).nextBytes(noise);
        work.run("init", "--quiet");
        Files.write(dir.resolve("work/noise"), noise);
        work.run("add", ".");
        work.commit("one");
        try (HttpProxy proxy = door.proxy(tls)) {
            String url = "https://x:t1@127.0.0.1:" + proxy.port() + "/g/r";
            String said = work.run("-c", "http.version=" + version, "push", url, "main");
            assertThat(said).contains("Recv header: " + version + " 200");
            work.run("-c", "http.version=" + version, "clone", "--quiet", url, dir + "/clone");
            assertThat(Files.mismatch(dir.resolve("clone/noise"), dir.resolve("work/noise"))).isEqualTo(-1);
        }
    }

    @Test
    void noAnswerIsPackedAgain() throws Exception {
        try (HttpProxy proxy = door.proxy(tls); HttpClient http = client("TLSv1.3")) {
            assertThat(Door.get(http, "https://127.0.0.1:" + proxy.port() + Door.REFS, "Accept-Encoding",
                "gzip, deflate, br, zstd").headers().firstValue("Content-Encoding")).isEmpty();
        }
    }
}
