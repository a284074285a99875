package dev.trine.common.rpc;

import dev.trine.common.lifecycle.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate and its private key, from files in PEM format.
 *
 * @param certificate the certificate, followed by those that lead to a CA
 * @param key         its private key, PKCS #8, not encrypted
 */
public record PemIdentity(Path certificate, Path key) {
    private static final Pattern KEY =
        Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    /** Both, under a password that means nothing because the store is in memory only. */
    public KeyStore load(String password) throws StartException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            PrivateKey secret = key(key);
            Certificate[] chain = chain(certificate);
            requirePair(secret, chain[0]);
            store.setKeyEntry("server", secret, password.toCharArray(), chain);
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new StartException("tls files cannot be read: " + e.getMessage(), e);
        }
    }

    /** Two files that are replaced one after the other do not belong together for a moment. */
    private void requirePair(PrivateKey secret, Certificate first) throws IOException, GeneralSecurityException {
        String algorithm = switch (secret.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "EdDSA";
        };
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(secret);
        signature.update(first.getEncoded());
        byte[] signed = signature.sign();
        boolean belong;
        try {
            signature.initVerify(first.getPublicKey());
            signature.update(first.getEncoded());
            belong = signature.verify(signed);
        } catch (GeneralSecurityException otherAlgorithm) {
            belong = false;
        }
        if (!belong) {
            throw new IOException("the key in " + key + " is not the one of the first certificate in " + certificate);
        }
    }

    private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Certificate[] chain =
                CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(new Certificate[0]);
            if (chain.length == 0) {
                throw new IOException(file + " holds no certificate");
            }
            return chain;
        }
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new IOException(file + " holds no key that begins with -----BEGIN PRIVATE KEY-----; convert it with"
                + " openssl pkcs8 -topk8 -nocrypt");
        }
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                // a key of another algorithm
            }
        }
        throw new IOException(file + " holds a key that is none of " + String.join(", ", ALGORITHMS));
    }
}
