package dev.trine.router.wire;

import com.google.protobuf.Timestamp;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.GrantRole;
import dev.trine.proto.Key;
import dev.trine.proto.Repo;
import dev.trine.proto.Token;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.AccessToken;
import dev.trine.router.metadata.Grant;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.SshKey;
import dev.trine.router.metadata.User;
import dev.trine.router.metadata.UserName;
import dev.trine.router.routing.Placement;
import java.time.Instant;

/** Messages to values and back; malformed input throws IllegalArgumentException with a sentence that says why. */
public final class AdminWire {
    private AdminWire() {
    }

    public static Timestamp toProto(Instant instant) {
        return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
    }

    private static Instant fromProto(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }

    public static dev.trine.proto.User toProto(User user) {
        return dev.trine.proto.User.newBuilder().setId(user.id()).setName(user.name().value()).setAdmin(user.admin())
            .setDisabled(user.disabled()).setCreated(toProto(user.created())).build();
    }

    public static User fromProto(dev.trine.proto.User user) {
        return new User(user.getId(), new UserName(user.getName()), user.getAdmin(), user.getDisabled(),
            fromProto(user.getCreated()));
    }

    public static Key toProto(SshKey key) {
        return Key.newBuilder().setId(key.id()).setUser(key.user().value()).setFingerprint(key.fingerprint())
            .setType(key.type()).setComment(key.remark()).setCreated(toProto(key.created())).build();
    }

    public static Token toProto(AccessToken token) {
        Token.Builder proto = Token.newBuilder().setId(token.id()).setUser(token.user().value())
            .setLabel(token.label()).setCreated(toProto(token.created())).setRevoked(token.revoked());
        token.expires().ifPresent(expires -> proto.setExpires(toProto(expires)));
        return proto.build();
    }

    public static dev.trine.proto.Grant toProto(Grant grant) {
        return dev.trine.proto.Grant.newBuilder().setUser(grant.user().value()).setPath(grant.scope().value())
            .setRole(toProto(grant.role())).build();
    }

    public static Grant fromProto(dev.trine.proto.Grant grant) {
        return new Grant(new UserName(grant.getUser()), new Scope(grant.getPath()), fromProto(grant.getRole()));
    }

    private static GrantRole toProto(AccessRole role) {
        return switch (role) {
            case READER -> GrantRole.READER;
            case WRITER -> GrantRole.WRITER;
            case ADMINISTRATOR -> GrantRole.ADMINISTRATOR;
        };
    }

    private static AccessRole fromProto(GrantRole role) {
        return switch (role) {
            case READER -> AccessRole.READER;
            case WRITER -> AccessRole.WRITER;
            case ADMINISTRATOR -> AccessRole.ADMINISTRATOR;
            case GRANT_ROLE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a grant needs a role: reader, writer or administrator");
        };
    }

    public static Repo toProto(Repository repository) {
        return Repo.newBuilder().setId(repository.id().value()).setPath(repository.path().value())
            .setShard(repository.shard()).setGeneration(repository.placement().generation())
            .setCreated(toProto(repository.created()))
            .addAllMembers(repository.placement().members().stream().map(Wire::toProto).toList())
            .setState(repository.phase().name()).setDefaultBranch(repository.defaultBranch()).build();
    }

    public static Repository fromProto(Repo repo) {
        return new Repository(new RepoId(repo.getId()), new RepoPath(repo.getPath()), repo.getShard(),
            Repository.Phase.valueOf(repo.getState()),
            new Placement(repo.getGeneration(), Wire.fromProto(repo.getMembersList())), repo.getDefaultBranch(),
            fromProto(repo.getCreated()));
    }
}
