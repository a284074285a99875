package dev.trine.inspector.admin;

import dev.trine.proto.UpstreamCredential;
import java.util.Arrays;
import java.util.Locale;

/** How proxies sign in at an upstream, in the words of the command line. */
enum UpstreamCredentialName {
    /** Not at all. */
    NONE(UpstreamCredential.NO_CREDENTIAL),
    /** By user and password of the proxy. */
    BASIC(UpstreamCredential.BASIC),
    /** By a token of the proxy. */
    BEARER(UpstreamCredential.BEARER),
    /** With what the client presents. */
    PASS_THROUGH(UpstreamCredential.PASS_THROUGH);

    private final UpstreamCredential credential;

    UpstreamCredentialName(UpstreamCredential credential) {
        this.credential = credential;
    }

    UpstreamCredential credential() {
        return credential;
    }

    static String of(UpstreamCredential credential) {
        return Arrays.stream(values()).filter(name -> name.credential == credential).findFirst()
            .map(UpstreamCredentialName::toString).orElse("unknown");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
