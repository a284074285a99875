package dev.trine.router.wire;

import dev.trine.common.model.Share;
import dev.trine.proto.UpstreamCredential;
import dev.trine.router.metadata.MigrationRule;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.Upstream;
import dev.trine.router.metadata.UpstreamName;
import java.util.Optional;

/** Upstreams and rules to messages and back; malformed input throws IllegalArgumentException and says why. */
public final class UpstreamsWire {
    private UpstreamsWire() {
    }

    public static dev.trine.proto.Upstream toProto(Upstream upstream) {
        return dev.trine.proto.Upstream.newBuilder().setName(upstream.name().value())
            .setBaseUrl(upstream.base().toString()).setCredential(toProto(upstream.credential())).build();
    }

    public static Upstream fromProto(dev.trine.proto.Upstream upstream) {
        return new Upstream(new UpstreamName(upstream.getName()), Upstream.base(upstream.getBaseUrl()),
            fromProto(upstream.getCredential()));
    }

    public static UpstreamCredential toProto(Upstream.Credential credential) {
        return switch (credential) {
            case NONE -> UpstreamCredential.NO_CREDENTIAL;
            case BASIC -> UpstreamCredential.BASIC;
            case BEARER -> UpstreamCredential.BEARER;
            case PASS_THROUGH -> UpstreamCredential.PASS_THROUGH;
        };
    }

    private static Upstream.Credential fromProto(UpstreamCredential credential) {
        return switch (credential) {
            case NO_CREDENTIAL -> Upstream.Credential.NONE;
            case BASIC -> Upstream.Credential.BASIC;
            case BEARER -> Upstream.Credential.BEARER;
            case PASS_THROUGH -> Upstream.Credential.PASS_THROUGH;
            case UPSTREAM_CREDENTIAL_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException(
                "how to sign in at the upstream is missing: not at all, basic, bearer or pass-through");
        };
    }

    public static dev.trine.proto.MigrationRule toProto(MigrationRule rule) {
        return dev.trine.proto.MigrationRule.newBuilder().setPath(rule.scope().value())
            .setUpstream(rule.upstream().map(UpstreamName::value).orElse("")).setPercent(rule.share().percent())
            .setReadOnly(rule.readOnly()).build();
    }

    public static MigrationRule fromProto(dev.trine.proto.MigrationRule rule) {
        return new MigrationRule(new Scope(rule.getPath()), rule.getUpstream().isEmpty() ? Optional.empty()
            : Optional.of(new UpstreamName(rule.getUpstream())), new Share(rule.getPercent()), rule.getReadOnly());
    }
}
