package dev.trine.http;

import dev.trine.common.relay.Upstream;
import dev.trine.proto.UpstreamCredential;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpStatus;

/** What this proxy signs in with at upstreams. Secrets lie in files, are read when they are needed, and never shown. */
record UpstreamSecrets(Optional<Path> directory) {
    private static final int BYTES_MAX = 8 * 1024;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern USER_AND_PASSWORD = Pattern.compile("[^:\\p{Cntrl}]*:[^\\p{Cntrl}]*");

    /**
     * The header Authorization for an upstream; empty: none is sent.
     *
     * @param clients the header that the client sent
     * @throws UpstreamFault there is no usable secret
     */
    Optional<String> authorization(Upstream upstream, Optional<String> clients) throws UpstreamFault {
        return switch (upstream.credential()) {
            case NO_CREDENTIAL -> Optional.empty();
            case PASS_THROUGH -> clients;
            case BASIC -> Optional.of("Basic " + Base64.getEncoder()
                .encodeToString(secret(upstream, USER_AND_PASSWORD).getBytes(StandardCharsets.UTF_8)));
            case BEARER -> Optional.of("Bearer " + secret(upstream, SECRET));
            case UPSTREAM_CREDENTIAL_UNSPECIFIED, UNRECOGNIZED -> throw fault("this HTTP proxy does not know how to"
                + " sign in at upstream " + upstream.name() + "; its operator has to update it");
        };
    }

    private String secret(Upstream upstream, Pattern form) throws UpstreamFault {
        String file = "the file " + upstream.name() + " of upstreams.secrets-dir";
        if (directory.isEmpty() || !NAME.matcher(upstream.name()).matches()) {
            throw fault("this HTTP proxy has no secret for upstream " + upstream.name() + "; its operator has to set"
                + " upstreams.secrets-dir");
        }
        try (InputStream in = Files.newInputStream(directory.get().resolve(upstream.name()))) {
            String secret = new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8).strip();
            if (!form.matcher(secret).matches()) {
                String wanted = upstream.credential() == UpstreamCredential.BASIC ? "user:password" : "a token";
                throw fault("this HTTP proxy has no usable secret for upstream " + upstream.name() + "; " + file
                    + " has to hold " + wanted);
            }
            return secret;
        } catch (UpstreamFault known) {
            throw known;
        } catch (IOException e) {
            throw fault("this HTTP proxy has no secret for upstream " + upstream.name() + "; its operator has to write"
                + " it into " + file);
        }
    }

    private static UpstreamFault fault(String sentence) {
        return new UpstreamFault(HttpStatus.BAD_GATEWAY_502, sentence);
    }
}
