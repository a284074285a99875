package dev.trine.common.relay;

import dev.trine.common.model.RefLimits;
import dev.trine.proto.UpstreamCredential;
import java.net.URI;

/**
 * An older Git host that serves one Git operation, by smart HTTP.
 *
 * @param name       of the host; also that of the file with its secret
 * @param path       of the repository, as the router says it
 * @param repository its URL there, without a slash at the end
 * @param credential how to sign in there
 * @param refLimits  of a push: what its user may not do with some refs, which is for the front door to see to
 */
public record Upstream(String name, String path, URI repository, UpstreamCredential credential, RefLimits refLimits) {
}
