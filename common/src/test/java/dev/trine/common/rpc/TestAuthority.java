package dev.trine.common.rpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate authority, and services of 127.0.0.1 that it vouches for. */
public final class TestAuthority {
    private static final String PASSWORD = "password";

    private final Path dir;
    private final Path store;

    private TestAuthority(Path dir) {
        this.dir = dir;
        this.store = dir.resolve("keys.p12");
    }

    /** Makes one whose files lie there. */
    public static TestAuthority create(Path dir) throws Exception {
        TestAuthority authority = new TestAuthority(Files.createDirectories(dir));
        authority.keytool("-genkeypair", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=test CA", "-ext", "bc:c");
        return authority;
    }

    /** How a service with that name identifies itself and knows others. */
    public Security member(String name) throws Exception {
        return member(name, "-keyalg", "EC");
    }

    /** The same, of a sort that keytool's options say. */
    public Security member(String name, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-signer",
            "ca", "-ext", "san=ip:127.0.0.1"));
        command.addAll(List.of(options));
        keytool(command.toArray(String[]::new));
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        Path key = pem(name + ".key", "PRIVATE KEY", List.of(keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
        List<byte[]> chain = new ArrayList<>();
        for (Certificate certificate : Arrays.asList(keys.getCertificateChain(name))) {
            chain.add(certificate.getEncoded());
        }
        return new Security(Optional.empty(),
            Optional.of(new Security.Tls(pem(name + ".crt", "CERTIFICATE", chain), key, certificate())));
    }

    /** How a server of that name on 127.0.0.1 speaks TLS. */
    public SSLContext server(String name) throws Exception {
        Security.Tls files = member(name).tls().orElseThrow();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(new PemIdentity(files.certificate(), files.key()).load(PASSWORD), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** Its own certificate. */
    public Path certificate() throws Exception {
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        return pem("ca.crt", "CERTIFICATE", List.of(keys.getCertificate("ca").getEncoded()));
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command =
            new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD, "-storetype", "PKCS12"));
        Path out = dir.resolve("keytool.out");
        int exit = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start().waitFor();
        if (exit != 0) {
            throw new AssertionError("keytool: " + Files.readString(out));
        }
    }

    private Path pem(String file, String type, List<byte[]> contents) throws IOException {
        StringBuilder text = new StringBuilder();
        for (byte[] content : contents) {
            text.append("-----BEGIN ").append(type).append("-----\n")
                .append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content))
                .append("\n-----END ").append(type).append("-----\n");
        }
        return Files.writeString(dir.resolve(file), text);
    }
}
