package dev.trine.router.workload;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An issuer's public keys, read anew each time: from a file, or from where the issuer publishes them. */
final class PublishedKeys implements JWKSetSource<SecurityContext> {
    private static final Logger log = LoggerFactory.getLogger(PublishedKeys.class);
    private static final int KEYS_MAX = 100;

    private final String issuer;
    private final Document document;

    private PublishedKeys(String issuer, Document document) {
        this.issuer = issuer;
        this.document = document;
    }

    /** Something that holds a JWK set. */
    private interface Document {
        String read() throws IOException, ParseException;
    }

    /** The keys that a configuration means. */
    static PublishedKeys of(IssuerConfig config, BoundedGet http) {
        if (config.jwksFile().isPresent()) {
            return new PublishedKeys(config.issuer(), () -> file(config.jwksFile().get()));
        }
        if (config.jwksUrl().isPresent()) {
            return new PublishedKeys(config.issuer(), () -> http.get(config.jwksUrl().get()));
        }
        return new PublishedKeys(config.issuer(), () -> http.get(discovered(config, http)));
    }

    private static String file(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BoundedGet.BYTES_MAX + 1);
            if (bytes.length > BoundedGet.BYTES_MAX) {
                throw new IOException(file + " is longer than " + BoundedGet.BYTES_MAX + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Where the discovery document says that the keys are; a document of another issuer is none. */
    private static URI discovered(IssuerConfig config, BoundedGet http) throws IOException, ParseException {
        URI at = IssuerConfig.discovery(config.issuer());
        var said = JSONObjectUtils.parse(http.get(at));
        if (!config.issuer().equals(said.get("issuer"))) {
            throw new IOException(at + " is of another issuer");
        }
        if (!(said.get("jwks_uri") instanceof String uri)) {
            throw new IOException(at + " names no jwks_uri");
        }
        try {
            return IssuerConfig.check(URI.create(uri), config.httpOnLoopback());
        } catch (IllegalArgumentException e) {
            throw new IOException(at + ": " + e.getMessage(), e);
        }
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator why, long nowMillis, SecurityContext context)
        throws JWKSetUnavailableException {
        try {
            JWKSet keys = JWKSet.parse(document.read()).toPublicJWKSet();
            if (keys.size() > KEYS_MAX) {
                throw new IOException("there are more than " + KEYS_MAX + " keys");
            }
            return keys;
        } catch (IOException | ParseException e) {
            log.atWarn().addKeyValue("issuer", issuer).addKeyValue("why", e.getMessage())
                .log("the keys of an issuer cannot be read");
            throw new JWKSetUnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        // nothing is kept open
    }
}
