package dev.trine.router.metadata;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/**
 * An older Git host that serves some repositories still.
 *
 * @param name       unique
 * @param base       URL below which its repositories are, without a slash at the end
 * @param credential how proxies sign in there; the secret itself is theirs
 */
public record Upstream(UpstreamName name, URI base, Credential credential) {
    private static final int URL_CHARS_MAX = 512;
    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

    /** How a proxy signs in at an upstream. */
    public enum Credential {
        /** Not at all. */
        NONE,
        /** By Basic, with a secret of the proxy. */
        BASIC,
        /** By Bearer, with a secret of the proxy. */
        BEARER,
        /** With what the client presented. */
        PASS_THROUGH
    }

    public Upstream {
        String problem = problemOf(base);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException("'" + Shown.briefly(base.toString()) + "' cannot be the base URL of an"
                + " upstream: " + problem);
        }
        if (credential != Credential.NONE && base.getScheme().equalsIgnoreCase("http")
            && !THIS_MACHINE.contains(base.getHost())) {
            throw new IllegalArgumentException("'" + base + "' would carry credentials in clear text: use https, or no"
                + " credential");
        }
    }

    /** Reads a base URL as a person writes it, with or without a slash at the end. */
    public static URI base(String text) {
        try {
            return new URI(text.replaceFirst("/+$", ""));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + Shown.briefly(text) + "' is not a URL", e);
        }
    }

    private static String problemOf(URI base) {
        String scheme = base.getScheme() == null ? "" : base.getScheme();
        if (!scheme.equalsIgnoreCase("https") && !scheme.equalsIgnoreCase("http")) {
            return "its scheme is neither https nor http";
        }
        if (base.getHost() == null || base.getRawUserInfo() != null || base.getRawQuery() != null
            || base.getRawFragment() != null) {
            return "it needs a host, and must not have a user, a password, a query or a fragment";
        }
        return base.toString().length() > URL_CHARS_MAX || !base.toString().equals(base.toASCIIString())
            ? "it has more than " + URL_CHARS_MAX + " characters, or some that are not ASCII" : "";
    }

    /** URL of a repository there; its characters need no encoding, because a path has none that would. */
    URI repository(RepoPath path, String suffix) {
        return URI.create(base + "/" + path + suffix);
    }
}
