package dev.trine.router.rpc;

import dev.trine.common.config.HostPort;
import dev.trine.common.model.NodeId;
import dev.trine.proto.AddKeyRequest;
import dev.trine.proto.AddNodeRequest;
import dev.trine.proto.AdminGrpc;
import dev.trine.proto.ArchiveRepoRequest;
import dev.trine.proto.CancelReplacementRequest;
import dev.trine.proto.ClusterStatusReply;
import dev.trine.proto.ClusterStatusRequest;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.CreateTokenReply;
import dev.trine.proto.CreateTokenRequest;
import dev.trine.proto.CreateUserRequest;
import dev.trine.proto.DeleteRepoReply;
import dev.trine.proto.DeleteRepoRequest;
import dev.trine.proto.DescribeRepoReply;
import dev.trine.proto.DescribeRepoRequest;
import dev.trine.proto.DisableUserRequest;
import dev.trine.proto.EnableUserRequest;
import dev.trine.proto.ExplainRouteReply;
import dev.trine.proto.ExplainRouteRequest;
import dev.trine.proto.GetReplacementRequest;
import dev.trine.proto.Grant;
import dev.trine.proto.Key;
import dev.trine.proto.ListGrantsReply;
import dev.trine.proto.ListGrantsRequest;
import dev.trine.proto.ListKeysReply;
import dev.trine.proto.ListKeysRequest;
import dev.trine.proto.ListReceiptsReply;
import dev.trine.proto.ListReceiptsRequest;
import dev.trine.proto.ListRefRulesReply;
import dev.trine.proto.ListRefRulesRequest;
import dev.trine.proto.ListReplacementsReply;
import dev.trine.proto.ListReplacementsRequest;
import dev.trine.proto.ListReposReply;
import dev.trine.proto.ListReposRequest;
import dev.trine.proto.ListSettingsReply;
import dev.trine.proto.ListSettingsRequest;
import dev.trine.proto.ListTokensReply;
import dev.trine.proto.ListTokensRequest;
import dev.trine.proto.ListUsersReply;
import dev.trine.proto.ListUsersRequest;
import dev.trine.proto.LiveSetting;
import dev.trine.proto.NodeStatus;
import dev.trine.proto.RefRule;
import dev.trine.proto.RemoveGrantReply;
import dev.trine.proto.RemoveGrantRequest;
import dev.trine.proto.RemoveKeyReply;
import dev.trine.proto.RemoveKeyRequest;
import dev.trine.proto.RemoveNodeReply;
import dev.trine.proto.RemoveNodeRequest;
import dev.trine.proto.RemoveRefRuleReply;
import dev.trine.proto.RemoveRefRuleRequest;
import dev.trine.proto.RenameRepoRequest;
import dev.trine.proto.RepairRepoReply;
import dev.trine.proto.RepairRepoRequest;
import dev.trine.proto.ReplaceNodeRequest;
import dev.trine.proto.Replacement;
import dev.trine.proto.Repo;
import dev.trine.proto.RevokeTokenReply;
import dev.trine.proto.RevokeTokenRequest;
import dev.trine.proto.RollbackSettingRequest;
import dev.trine.proto.SetGrantRequest;
import dev.trine.proto.SetSettingRequest;
import dev.trine.proto.SetVisibilityReply;
import dev.trine.proto.SetVisibilityRequest;
import dev.trine.proto.SettingHistoryReply;
import dev.trine.proto.SettingHistoryRequest;
import dev.trine.proto.UpdateRepoRefsReply;
import dev.trine.proto.UpdateRepoRefsRequest;
import dev.trine.proto.User;
import dev.trine.proto.VerifyReceiptReply;
import dev.trine.proto.VerifyReceiptRequest;
import dev.trine.router.accounts.Accounts;
import dev.trine.router.accounts.Credentials;
import dev.trine.router.accounts.Permissions;
import dev.trine.router.accounts.Protection;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.live.SettingsService;
import dev.trine.router.metadata.AccessToken;
import dev.trine.router.metadata.Presence;
import dev.trine.router.metadata.PublicKey;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Rights;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.UserName;
import dev.trine.router.metadata.Visibility;
import dev.trine.router.metadata.Zone;
import dev.trine.router.receipts.Receipts;
import dev.trine.router.receipts.Verification;
import dev.trine.router.refs.RefChanges;
import dev.trine.router.replacement.ReplacementService;
import dev.trine.router.replacement.ReplacementView;
import dev.trine.router.repositories.RepositoryService;
import dev.trine.router.routing.Operation;
import dev.trine.router.status.ClusterView;
import dev.trine.router.status.Insight;
import dev.trine.router.status.RepositoryView;
import dev.trine.router.wire.AccessWire;
import dev.trine.router.wire.AdminWire;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What administrators and users ask through the command line. The caller was identified by {@link BearerTokens}. */
public final class AdminRpc extends AdminGrpc.AdminImplBase {
    private static final int PAGE_MAX = 1000;
    private static final int REPLACEMENTS_DEFAULT = 100;
    private static final int RECEIPTS_USUAL = 100;
    private static final int CHANGES_USUAL = 100;

    private final Accounts accounts;
    private final Credentials credentials;
    private final Permissions permissions;
    private final RepositoryService repositories;
    private final Insight insight;
    private final ReplacementService replacements;
    private final Receipts receipts;
    private final RefChanges refs;
    private final Protection protection;
    private final SettingsService settings;

    public AdminRpc(Accounts accounts, Credentials credentials, Permissions permissions,
                    RepositoryService repositories, Insight insight, ReplacementService replacements,
                    Receipts receipts, RefChanges refs, Protection protection, SettingsService settings) {
        this.accounts = accounts;
        this.credentials = credentials;
        this.permissions = permissions;
        this.repositories = repositories;
        this.insight = insight;
        this.replacements = replacements;
        this.receipts = receipts;
        this.refs = refs;
        this.protection = protection;
        this.settings = settings;
    }

    @Override
    public void createUser(CreateUserRequest request, StreamObserver<User> reply) {
        UserName name = new UserName(request.getName());
        Replies.reply(reply, () -> accounts.create(BearerTokens.caller(), name, request.getAdmin())
            .map(AdminWire::toProto));
    }

    @Override
    public void listUsers(ListUsersRequest request, StreamObserver<ListUsersReply> reply) {
        int limit = limit(request.getLimit());
        Replies.reply(reply, () -> accounts.list(BearerTokens.caller(), request.getAfter(), limit + 1)
            .map(users -> ListUsersReply.newBuilder().addAllUsers(page(users, limit, AdminWire::toProto))
                .setMore(users.size() > limit).build()));
    }

    @Override
    public void disableUser(DisableUserRequest request, StreamObserver<User> reply) {
        UserName name = new UserName(request.getName());
        Replies.reply(reply, () -> accounts.disable(BearerTokens.caller(), name).map(AdminWire::toProto));
    }

    @Override
    public void enableUser(EnableUserRequest request, StreamObserver<User> reply) {
        UserName name = new UserName(request.getName());
        Replies.reply(reply, () -> accounts.enable(BearerTokens.caller(), name).map(AdminWire::toProto));
    }

    @Override
    public void addKey(AddKeyRequest request, StreamObserver<Key> reply) {
        PublicKey key = PublicKey.parse(request.getPublicKey());
        Presence presence = AccessWire.fromProto(request.getPresence());
        Rights rights = AccessWire.fromProto(request.getRightsList());
        Replies.reply(reply, () -> (rights.each().isEmpty()
            ? credentials.addKey(BearerTokens.caller(), new UserName(request.getUser()), key, presence)
            : credentials.addDeployKey(BearerTokens.caller(), key, presence, rights)).map(AdminWire::toProto));
    }

    @Override
    public void listKeys(ListKeysRequest request, StreamObserver<ListKeysReply> reply) {
        Optional<UserName> user = named(request.getUser());
        Optional<Scope> path = scope(request.getPath());
        Replies.reply(reply, () -> (path.isPresent() ? credentials.keysAt(BearerTokens.caller(), path.get())
            : credentials.keys(BearerTokens.caller(), user)).then(keys -> Replies.sendable(
            ListKeysReply.newBuilder().addAllKeys(keys.stream().map(AdminWire::toProto).toList()).build())));
    }

    @Override
    public void removeKey(RemoveKeyRequest request, StreamObserver<RemoveKeyReply> reply) {
        Optional<Scope> path = scope(request.getPath());
        Replies.reply(reply, () -> credentials.removeKey(BearerTokens.caller(), request.getId(), path)
            .map(removed -> RemoveKeyReply.getDefaultInstance()));
    }

    @Override
    public void createToken(CreateTokenRequest request, StreamObserver<CreateTokenReply> reply) {
        UserName user = new UserName(request.getUser());
        if (request.getLifeSeconds() < 0) {
            throw new IllegalArgumentException("a token cannot live that long");
        }
        Optional<Duration> life = request.getLifeSeconds() == 0 ? Optional.empty()
            : Optional.of(Duration.ofSeconds(request.getLifeSeconds()));
        Rights rights = AccessWire.fromProto(request.getRightsList());
        AccessToken.Kind kind = AdminWire.fromProto(request.getKind());
        AccessToken.Wanted wanted = kind == AccessToken.Kind.PERSONAL && rights.each().isEmpty()
            ? AccessToken.Wanted.unlimited(request.getLabel(), Optional.empty())
            : new AccessToken.Wanted(kind, request.getLabel(), rights, request.getApi(), Optional.empty());
        Replies.reply(reply, () -> credentials.createToken(BearerTokens.caller(), user, wanted, life)
            .map(made -> CreateTokenReply.newBuilder().setToken(AdminWire.toProto(made.token()))
                .setSecret(made.secret().text()).build()));
    }

    @Override
    public void listTokens(ListTokensRequest request, StreamObserver<ListTokensReply> reply) {
        Optional<UserName> user = named(request.getUser());
        Optional<Scope> path = scope(request.getPath());
        Replies.reply(reply, () -> (path.isPresent() ? credentials.tokensAt(BearerTokens.caller(), path.get())
            : credentials.tokens(BearerTokens.caller(), user)).then(tokens -> Replies.sendable(
            ListTokensReply.newBuilder().addAllTokens(tokens.stream().map(AdminWire::toProto).toList()).build())));
    }

    @Override
    public void revokeToken(RevokeTokenRequest request, StreamObserver<RevokeTokenReply> reply) {
        Replies.reply(reply, () -> credentials.revokeToken(BearerTokens.caller(), request.getId())
            .map(revoked -> RevokeTokenReply.getDefaultInstance()));
    }

    @Override
    public void createRepo(CreateRepoRequest request, StreamObserver<Repo> reply) {
        RepoPath path = RepoPath.parse(request.getPath());
        Replies.reply(reply, () -> repositories.create(BearerTokens.caller(), path, request.getDefaultBranch(),
            request.getShard()).map(AdminWire::toProto));
    }

    @Override
    public void listRepos(ListReposRequest request, StreamObserver<ListReposReply> reply) {
        int limit = limit(request.getLimit());
        Optional<Scope> group = scope(request.getGroup());
        Replies.reply(reply, () -> {
            List<Repository> found = repositories.list(BearerTokens.caller(), request.getAfter(), group, limit + 1);
            return Answer.of(ListReposReply.newBuilder().addAllRepos(page(found, limit, AdminWire::toProto))
                .setMore(found.size() > limit).build());
        });
    }

    @Override
    public void describeRepo(DescribeRepoRequest request, StreamObserver<DescribeRepoReply> reply) {
        Replies.reply(reply, () -> {
            Answer<RepositoryView> view = insight.describe(BearerTokens.caller(), request.getRepo());
            return view.map(StatusWire::toProto);
        });
    }

    @Override
    public void repairRepo(RepairRepoRequest request, StreamObserver<RepairRepoReply> reply) {
        Optional<NodeId> node = request.getNode().isEmpty() ? Optional.empty()
            : Optional.of(new NodeId(request.getNode()));
        Replies.reply(reply, () -> insight.repair(BearerTokens.caller(), request.getRepo(), node)
            .map(StatusWire::toProto));
    }

    @Override
    public void updateRepoRefs(UpdateRepoRefsRequest request, StreamObserver<UpdateRepoRefsReply> reply) {
        RefChanges.Wanted wanted = RefsWire.fromProto(request);
        Replies.reply(reply, () -> {
            Answer<RefChanges.Changed> changed = refs.change(BearerTokens.caller(), request.getRepo(), wanted);
            return changed.map(RefsWire::toProto);
        });
    }

    @Override
    public void listReceipts(ListReceiptsRequest request, StreamObserver<ListReceiptsReply> reply) {
        int limit = request.getLimit() == 0 ? RECEIPTS_USUAL : limit(request.getLimit());
        Replies.reply(reply, () -> {
            Answer<Receipts.Page> page =
                receipts.list(BearerTokens.caller(), request.getRepo(), request.getAtMost(), limit);
            return page.map(ReceiptWire::toProto);
        });
    }

    @Override
    public void verifyReceipt(VerifyReceiptRequest request, StreamObserver<VerifyReceiptReply> reply) {
        Verification.Claim claim = ReceiptWire.claim(request);
        Replies.reply(reply, () -> {
            Answer<Receipts.Verified> verified = receipts.verify(BearerTokens.caller(), request.getRepo(), claim);
            return verified.map(ReceiptWire::toProto);
        });
    }

    @Override
    public void renameRepo(RenameRepoRequest request, StreamObserver<Repo> reply) {
        RepoPath to = RepoPath.parse(request.getNewPath());
        Replies.reply(reply, () -> repositories.rename(BearerTokens.caller(), request.getRepo(), to)
            .map(AdminWire::toProto));
    }

    @Override
    public void archiveRepo(ArchiveRepoRequest request, StreamObserver<Repo> reply) {
        Replies.reply(reply, () -> repositories.archive(BearerTokens.caller(), request.getRepo(),
            request.getArchived()).map(AdminWire::toProto));
    }

    @Override
    public void setVisibility(SetVisibilityRequest request, StreamObserver<SetVisibilityReply> reply) {
        Scope at = new Scope(request.getPath());
        Optional<Visibility> visibility = request.getVisibilityValue() == 0 ? Optional.empty()
            : Optional.of(AccessWire.fromProto(request.getVisibility()));
        Replies.reply(reply, () -> protection.setVisibility(BearerTokens.caller(), at, visibility)
            .map(set -> SetVisibilityReply.getDefaultInstance()));
    }

    @Override
    public void setRefRule(RefRule request, StreamObserver<RefRule> reply) {
        dev.trine.router.metadata.RefRule rule = AccessWire.fromProto(request);
        Replies.reply(reply, () -> protection.set(BearerTokens.caller(), rule).map(AccessWire::toProto));
    }

    @Override
    public void listRefRules(ListRefRulesRequest request, StreamObserver<ListRefRulesReply> reply) {
        Scope at = new Scope(request.getPath());
        Replies.reply(reply, () -> protection.rules(BearerTokens.caller(), at).map(rules -> ListRefRulesReply
            .newBuilder().addAllRules(rules.stream().map(AccessWire::toProto).toList()).build()));
    }

    @Override
    public void removeRefRule(RemoveRefRuleRequest request, StreamObserver<RemoveRefRuleReply> reply) {
        Scope at = new Scope(request.getPath());
        Replies.reply(reply, () -> protection.remove(BearerTokens.caller(), at, request.getPattern())
            .map(removed -> RemoveRefRuleReply.getDefaultInstance()));
    }

    @Override
    public void deleteRepo(DeleteRepoRequest request, StreamObserver<DeleteRepoReply> reply) {
        Replies.reply(reply, () -> repositories.delete(BearerTokens.caller(), request.getRepo())
            .map(deleted -> DeleteRepoReply.getDefaultInstance()));
    }

    @Override
    public void setGrant(SetGrantRequest request, StreamObserver<Grant> reply) {
        dev.trine.router.metadata.Grant grant = AdminWire.fromProto(request.getGrant());
        Replies.reply(reply, () -> permissions.set(BearerTokens.caller(), grant).map(AdminWire::toProto));
    }

    @Override
    public void listGrants(ListGrantsRequest request, StreamObserver<ListGrantsReply> reply) {
        Optional<UserName> user = named(request.getUser());
        Optional<Scope> scope = scope(request.getPath());
        Replies.reply(reply, () -> permissions.list(BearerTokens.caller(), user, scope).then(grants ->
            Replies.sendable(ListGrantsReply.newBuilder()
                .addAllGrants(grants.stream().map(AdminWire::toProto).toList()).build())));
    }

    @Override
    public void removeGrant(RemoveGrantRequest request, StreamObserver<RemoveGrantReply> reply) {
        UserName user = new UserName(request.getUser());
        Scope scope = new Scope(request.getPath());
        Replies.reply(reply, () -> permissions.remove(BearerTokens.caller(), user, scope)
            .map(removed -> RemoveGrantReply.getDefaultInstance()));
    }

    @Override
    public void listSettings(ListSettingsRequest request, StreamObserver<ListSettingsReply> reply) {
        Replies.reply(reply, () -> settings.list(BearerTokens.caller(), SettingsWire.name(request.getName()))
            .map(views -> ListSettingsReply.newBuilder()
                .addAllSettings(views.stream().map(SettingsWire::toProto).toList()).build()));
    }

    @Override
    public void setSetting(SetSettingRequest request, StreamObserver<LiveSetting> reply) {
        Replies.reply(reply, () -> settings.set(BearerTokens.caller(), request.getName(), request.getValue(),
            SettingsWire.terms(request)).map(SettingsWire::toProto));
    }

    @Override
    public void settingHistory(SettingHistoryRequest request, StreamObserver<SettingHistoryReply> reply) {
        int limit = request.getLimit() == 0 ? CHANGES_USUAL : limit(request.getLimit());
        Replies.reply(reply, () -> settings.history(BearerTokens.caller(), SettingsWire.name(request.getName()), limit)
            .map(changes -> SettingHistoryReply.newBuilder()
                .addAllChanges(changes.stream().map(SettingsWire::toProto).toList()).build()));
    }

    @Override
    public void rollbackSetting(RollbackSettingRequest request, StreamObserver<LiveSetting> reply) {
        Replies.reply(reply, () -> settings.rollback(BearerTokens.caller(), request.getName(),
            SettingsWire.version(request), SettingsWire.terms(request)).map(SettingsWire::toProto));
    }

    @Override
    public void clusterStatus(ClusterStatusRequest request, StreamObserver<ClusterStatusReply> reply) {
        Replies.reply(reply, () -> {
            Answer<ClusterView> view = insight.cluster(BearerTokens.caller());
            return view.map(StatusWire::toProto);
        });
    }

    @Override
    public void explainRoute(ExplainRouteRequest request, StreamObserver<ExplainRouteReply> reply) {
        Operation operation = RouterRpc.operation(request.getOperation());
        Replies.reply(reply, () -> {
            Answer<Insight.Explained> explained = insight.explain(BearerTokens.caller(), request.getRepo(), operation);
            return explained.map(how -> StatusWire.toProto(how.routed(), how.placement()));
        });
    }

    @Override
    public void addNode(AddNodeRequest request, StreamObserver<NodeStatus> reply) {
        NodeId name = new NodeId(request.getName());
        String address = HostPort.parse(request.getAddress()).toString();
        String zone = Zone.check(request.getZone());
        Replies.reply(reply, () -> {
            Answer<NodeId> added = replacements.addNode(BearerTokens.caller(), name, zone, address);
            return added.then(node -> Answer.of(insight.node(node), Refusal.notFound("node " + node + " is gone")))
                .map(StatusWire::toProto);
        });
    }

    @Override
    public void removeNode(RemoveNodeRequest request, StreamObserver<RemoveNodeReply> reply) {
        NodeId name = new NodeId(request.getName());
        Replies.reply(reply, () -> {
            Answer<NodeId> removed = replacements.removeNode(BearerTokens.caller(), name);
            return removed.map(gone -> RemoveNodeReply.getDefaultInstance());
        });
    }

    @Override
    public void replaceNode(ReplaceNodeRequest request, StreamObserver<Replacement> reply) {
        NodeId leaving = new NodeId(request.getOldNode());
        NodeId joining = new NodeId(request.getNewNode());
        Replies.reply(reply, () -> {
            Answer<ReplacementView> begun = replacements.replace(BearerTokens.caller(), leaving, joining);
            return begun.map(ReplacementWire::toProto);
        });
    }

    @Override
    public void cancelReplacement(CancelReplacementRequest request, StreamObserver<Replacement> reply) {
        NodeId leaving = new NodeId(request.getOldNode());
        NodeId joining = new NodeId(request.getNewNode());
        Replies.reply(reply, () -> replacements.cancel(BearerTokens.caller(), leaving, joining)
            .map(ReplacementWire::toProto));
    }

    @Override
    public void getReplacement(GetReplacementRequest request, StreamObserver<Replacement> reply) {
        Replies.reply(reply, () -> replacements.get(BearerTokens.caller(), request.getId())
            .map(ReplacementWire::toProto));
    }

    @Override
    public void listReplacements(ListReplacementsRequest request, StreamObserver<ListReplacementsReply> reply) {
        int limit = request.getLimit() == 0 ? REPLACEMENTS_DEFAULT : limit(request.getLimit());
        Replies.reply(reply, () -> replacements.list(BearerTokens.caller(), limit).map(views ->
            ListReplacementsReply.newBuilder()
                .addAllReplacements(views.stream().map(ReplacementWire::toProto).toList()).build()));
    }

    private static Optional<UserName> named(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(new UserName(name));
    }

    private static Optional<Scope> scope(String path) {
        return path.isEmpty() ? Optional.empty() : Optional.of(new Scope(path));
    }

    private static int limit(int asked) {
        if (asked < 0 || asked > PAGE_MAX) {
            throw new IllegalArgumentException("a page has 1 to " + PAGE_MAX + " entries");
        }
        return asked == 0 ? PAGE_MAX : asked;
    }

    private static <T, R> List<R> page(List<T> found, int limit, Function<T, R> toProto) {
        return found.stream().limit(limit).map(toProto).toList();
    }
}
