package dev.trine.router.wire;

import dev.trine.proto.GrantRole;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.Credential;
import dev.trine.router.metadata.Presence;
import dev.trine.router.metadata.RefLimit;
import dev.trine.router.metadata.RefRule;
import dev.trine.router.metadata.Right;
import dev.trine.router.metadata.Rights;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.Visibility;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Roles, rights and credentials to messages and back; malformed input throws IllegalArgumentException and says why. */
public final class AccessWire {
    private AccessWire() {
    }

    public static GrantRole toProto(AccessRole role) {
        return switch (role) {
            case READER -> GrantRole.READER;
            case WRITER -> GrantRole.WRITER;
            case MAINTAINER -> GrantRole.MAINTAINER;
            case ADMINISTRATOR -> GrantRole.ADMINISTRATOR;
        };
    }

    public static AccessRole fromProto(GrantRole role) {
        return switch (role) {
            case READER -> AccessRole.READER;
            case WRITER -> AccessRole.WRITER;
            case MAINTAINER -> AccessRole.MAINTAINER;
            case ADMINISTRATOR -> AccessRole.ADMINISTRATOR;
            case GRANT_ROLE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException(
                "a role is missing: reader, writer, maintainer or administrator");
        };
    }

    private static long millis(Optional<Instant> time) {
        return time.map(Instant::toEpochMilli).orElse(0L);
    }

    /** A time in milliseconds since 1970 in UTC; 0: none. */
    public static Optional<Instant> instant(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /** Rights, one message each. */
    public static List<dev.trine.proto.Right> toProto(Rights rights) {
        return rights.each().stream().map(right -> dev.trine.proto.Right.newBuilder().setPath(right.scope().value())
            .setRole(toProto(right.role())).setExpiresMs(millis(right.expires())).build()).toList();
    }

    /** Rights, one message each. */
    public static Rights fromProto(List<dev.trine.proto.Right> rights) {
        return new Rights(rights.stream().map(right -> new Right(new Scope(right.getPath()),
            fromProto(right.getRole()), instant(right.getExpiresMs()))).toList());
    }

    public static dev.trine.proto.Credential toProto(Credential credential) {
        return dev.trine.proto.Credential.newBuilder().setName(credential.name())
            .setUserId(credential.user().orElse(0)).addAllRights(toProto(credential.rights()))
            .setApi(credential.api()).setExpiresMs(millis(credential.expires()))
            .setPresence(toProto(credential.presence())).build();
    }

    public static Credential fromProto(dev.trine.proto.Credential credential) {
        return new Credential(credential.getName(),
            credential.getUserId() == 0 ? OptionalLong.empty() : OptionalLong.of(credential.getUserId()),
            fromProto(credential.getRightsList()), credential.getApi(), instant(credential.getExpiresMs()),
            fromProto(credential.getPresence()));
    }

    public static dev.trine.proto.Visibility toProto(Visibility visibility) {
        return switch (visibility) {
            case PRIVATE -> dev.trine.proto.Visibility.PRIVATE;
            case INTERNAL -> dev.trine.proto.Visibility.INTERNAL;
            case PUBLIC -> dev.trine.proto.Visibility.PUBLIC;
        };
    }

    public static Visibility fromProto(dev.trine.proto.Visibility visibility) {
        return switch (visibility) {
            case PRIVATE -> Visibility.PRIVATE;
            case INTERNAL -> Visibility.INTERNAL;
            case PUBLIC -> Visibility.PUBLIC;
            case VISIBILITY_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException(
                "a visibility is missing: private, internal or public");
        };
    }

    public static dev.trine.proto.RefRule toProto(RefRule rule) {
        dev.trine.proto.RefRule.Builder proto = dev.trine.proto.RefRule.newBuilder().setPath(rule.scope().value())
            .setPattern(rule.pattern());
        rule.push().ifPresent(role -> proto.setPush(toProto(role)));
        rule.force().ifPresent(role -> proto.setForce(toProto(role)));
        rule.delete().ifPresent(role -> proto.setDelete(toProto(role)));
        return proto.build();
    }

    public static RefRule fromProto(dev.trine.proto.RefRule rule) {
        return new RefRule(new Scope(rule.getPath()), rule.getPattern(), orNobody(rule.getPush()),
            orNobody(rule.getForce()), orNobody(rule.getDelete()));
    }

    private static Optional<AccessRole> orNobody(GrantRole role) {
        return role == GrantRole.GRANT_ROLE_UNSPECIFIED ? Optional.empty() : Optional.of(fromProto(role));
    }

    /** What one caller may not do with some refs. */
    public static dev.trine.proto.RefLimit toProto(RefLimit limit) {
        return dev.trine.proto.RefLimit.newBuilder().setPattern(limit.pattern()).setPush(limit.push())
            .setForce(limit.force()).setDelete(limit.delete()).build();
    }

    public static dev.trine.proto.Credential.Presence toProto(Presence presence) {
        return switch (presence) {
            case ANY -> dev.trine.proto.Credential.Presence.ANY;
            case TOUCHED -> dev.trine.proto.Credential.Presence.TOUCHED;
            case VERIFIED -> dev.trine.proto.Credential.Presence.VERIFIED;
        };
    }

    public static Presence fromProto(dev.trine.proto.Credential.Presence presence) {
        return switch (presence) {
            case ANY -> Presence.ANY;
            case TOUCHED -> Presence.TOUCHED;
            case VERIFIED -> Presence.VERIFIED;
            case UNRECOGNIZED -> throw new IllegalArgumentException(
                "what a security key must prove is one that this version does not know");
        };
    }
}
