package dev.trine.router.wire;

import com.google.protobuf.Timestamp;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.Key;
import dev.trine.proto.Repo;
import dev.trine.proto.Token;
import dev.trine.proto.TokenKind;
import dev.trine.router.metadata.AccessToken;
import dev.trine.router.metadata.Grant;
import dev.trine.router.metadata.Policy;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.SshKey;
import dev.trine.router.metadata.User;
import dev.trine.router.metadata.UserName;
import dev.trine.router.metadata.Visibility;
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
        Key.Builder proto = Key.newBuilder().setId(key.id()).setUser(key.user().value())
            .setFingerprint(key.fingerprint()).setType(key.type()).setComment(key.remark())
            .setCreated(toProto(key.created())).setPresence(AccessWire.toProto(key.presence()));
        key.deploy().ifPresent(rights -> proto.addAllRights(AccessWire.toProto(rights)));
        key.lastUsed().ifPresent(used -> proto.setLastUsed(toProto(used)));
        return proto.build();
    }

    public static Token toProto(AccessToken token) {
        AccessToken.Wanted made = token.made();
        Token.Builder proto = Token.newBuilder().setId(token.id())
            .setUser(token.user().map(UserName::value).orElse("")).setLabel(made.label())
            .setCreated(toProto(token.created())).setRevoked(token.revoked())
            .setKind(toProto(made.kind())).addAllRights(AccessWire.toProto(made.rights())).setApi(made.api());
        made.expires().ifPresent(expires -> proto.setExpires(toProto(expires)));
        token.lastUsed().ifPresent(used -> proto.setLastUsed(toProto(used)));
        return proto.build();
    }

    private static TokenKind toProto(AccessToken.Kind kind) {
        return switch (kind) {
            case PERSONAL -> TokenKind.PERSONAL;
            case DEPLOY -> TokenKind.DEPLOY;
            case PROJECT -> TokenKind.PROJECT;
            case WORKLOAD -> TokenKind.WORKLOAD;
        };
    }

    /** For whom a token is to act. */
    public static AccessToken.Kind fromProto(TokenKind kind) {
        return switch (kind) {
            case PERSONAL -> AccessToken.Kind.PERSONAL;
            case DEPLOY -> AccessToken.Kind.DEPLOY;
            case PROJECT -> AccessToken.Kind.PROJECT;
            case WORKLOAD -> AccessToken.Kind.WORKLOAD;
            case UNRECOGNIZED -> throw new IllegalArgumentException("a kind of token that this version does not know");
        };
    }

    public static dev.trine.proto.Grant toProto(Grant grant) {
        return dev.trine.proto.Grant.newBuilder().setUser(grant.user().value()).setPath(grant.scope().value())
            .setRole(AccessWire.toProto(grant.role())).build();
    }

    public static Grant fromProto(dev.trine.proto.Grant grant) {
        return new Grant(new UserName(grant.getUser()), new Scope(grant.getPath()),
            AccessWire.fromProto(grant.getRole()));
    }

    public static Repo toProto(Repository repository) {
        return Repo.newBuilder().setId(repository.id().value()).setPath(repository.path().value())
            .setShard(repository.shard()).setGeneration(repository.placement().generation())
            .setCreated(toProto(repository.created()))
            .addAllMembers(repository.placement().members().stream().map(Wire::toProto).toList())
            .setState(repository.phase().name()).setDefaultBranch(repository.defaultBranch())
            .setVisibility(AccessWire.toProto(repository.policy().visibility()))
            .setArchived(repository.policy().archived())
            .addAllRefRules(repository.policy().refRules().stream().map(AccessWire::toProto).toList()).build();
    }

    public static Repository fromProto(Repo repo) {
        return new Repository(new RepoId(repo.getId()), new RepoPath(repo.getPath()), repo.getShard(),
            Repository.Phase.valueOf(repo.getState()),
            new Placement(repo.getGeneration(), Wire.fromProto(repo.getMembersList())), repo.getDefaultBranch(),
            fromProto(repo.getCreated()), new Policy(visibility(repo), repo.getArchived(),
                repo.getRefRulesList().stream().map(AccessWire::fromProto).toList()));
    }

    /** Routers that know of no visibility kept repositories without it: all were private. */
    private static Visibility visibility(Repo repo) {
        return repo.getVisibility() == dev.trine.proto.Visibility.VISIBILITY_UNSPECIFIED ? Visibility.PRIVATE
            : AccessWire.fromProto(repo.getVisibility());
    }
}
