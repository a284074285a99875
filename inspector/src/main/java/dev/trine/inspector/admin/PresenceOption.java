package dev.trine.inspector.admin;

import dev.trine.proto.Credential.Presence;
import picocli.CommandLine.Option;

/** What a FIDO security key must prove. */
final class PresenceOption {
    @Option(names = "--touch-required", description = "Of a security key (sk-...): its owner must touch it each time.")
    private boolean touch;

    @Option(names = "--verify-required",
        description = "Of a security key (sk-...): it must also have asked for its PIN or a fingerprint.")
    private boolean verify;

    Presence value() {
        return verify ? Presence.VERIFIED : touch ? Presence.TOUCHED : Presence.ANY;
    }
}
