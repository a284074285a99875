package dev.trine.common.rpc;

import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How the services of one cluster know each other: a shared secret, fit for one machine, or mutual TLS.
 *
 * @param secretFile file with the shared secret, at least 32 characters on one line, the same for all services
 * @param tls        certificates; then every member presents one that the cluster's CA signed
 */
public record Security(Optional<Path> secretFile, Optional<Tls> tls) {
    private static final int SECRET_CHARS_MIN = 32;

    public Security {
        if (secretFile.isPresent() == tls.isPresent()) {
            throw new IllegalArgumentException("give either secret-file or tls");
        }
    }

    /**
     * Files in PEM format.
     *
     * @param certificate this service's certificate chain
     * @param key         its private key, PKCS #8, not encrypted
     * @param authority   certificates of the cluster's CA
     */
    public record Tls(Path certificate, Path key, Path authority) {
    }

    /** The shared secret, read now; empty with TLS. */
    public Optional<String> secret() throws StartException {
        if (secretFile.isEmpty()) {
            return Optional.empty();
        }
        try {
            String secret = Files.readString(secretFile.get()).strip();
            if (secret.length() < SECRET_CHARS_MIN) {
                throw new StartException("secret file " + secretFile.get() + ": the secret is shorter than "
                    + SECRET_CHARS_MIN + " characters; write 32 random hexadecimal bytes into it");
            }
            return Optional.of(secret);
        } catch (IOException e) {
            throw new StartException("secret file " + secretFile.get() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * A key that only members of the cluster can have, 32 bytes: made from the shared secret, or from this service's
     * private key, so that another service has another one.
     *
     * @param purpose what it is for; each has its own key
     */
    public byte[] derivedKey(String purpose) throws StartException {
        try {
            byte[] root = tls.isPresent() ? Files.readAllBytes(tls.get().key())
                : secret().orElseThrow().getBytes(StandardCharsets.UTF_8);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(root, mac.getAlgorithm()));
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new StartException("the private key cannot be read: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** Refuses to expose a service to other machines in clear text. */
    public void checkListen(HostPort listen) throws StartException {
        if (tls.isEmpty() && !listen.isLoopback()) {
            throw new StartException("listen " + listen + " is reachable from other machines, and without TLS everybody"
                + " on the way could read and change repositories: configure tls, or listen on 127.0.0.1");
        }
    }
}
