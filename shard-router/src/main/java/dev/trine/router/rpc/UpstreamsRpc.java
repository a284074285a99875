package dev.trine.router.rpc;

import dev.trine.proto.FindMigrationReply;
import dev.trine.proto.FindMigrationRequest;
import dev.trine.proto.ListMigrationRulesReply;
import dev.trine.proto.ListMigrationRulesRequest;
import dev.trine.proto.ListUpstreamsReply;
import dev.trine.proto.ListUpstreamsRequest;
import dev.trine.proto.MigrationRule;
import dev.trine.proto.RemoveMigrationRuleReply;
import dev.trine.proto.RemoveMigrationRuleRequest;
import dev.trine.proto.RemoveUpstreamReply;
import dev.trine.proto.RemoveUpstreamRequest;
import dev.trine.proto.Upstream;
import dev.trine.proto.UpstreamsGrpc;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.UpstreamName;
import dev.trine.router.migration.Migration;
import dev.trine.router.wire.UpstreamsWire;
import io.grpc.stub.StreamObserver;

/** What administrators of the cluster ask about moves from older hosts; identified by {@link BearerTokens}. */
public final class UpstreamsRpc extends UpstreamsGrpc.UpstreamsImplBase {
    private final Migration migration;

    public UpstreamsRpc(Migration migration) {
        this.migration = migration;
    }

    @Override
    public void setUpstream(Upstream request, StreamObserver<Upstream> reply) {
        dev.trine.router.metadata.Upstream upstream = UpstreamsWire.fromProto(request);
        Replies.reply(reply, () -> migration.set(BearerTokens.caller(), upstream).map(UpstreamsWire::toProto));
    }

    @Override
    public void listUpstreams(ListUpstreamsRequest request, StreamObserver<ListUpstreamsReply> reply) {
        Replies.reply(reply, () -> migration.plan(BearerTokens.caller()).map(plan -> ListUpstreamsReply.newBuilder()
            .addAllUpstreams(plan.upstreams().stream().map(UpstreamsWire::toProto).toList()).build()));
    }

    @Override
    public void removeUpstream(RemoveUpstreamRequest request, StreamObserver<RemoveUpstreamReply> reply) {
        UpstreamName name = new UpstreamName(request.getName());
        Replies.reply(reply, () -> migration.remove(BearerTokens.caller(), name)
            .map(removed -> RemoveUpstreamReply.getDefaultInstance()));
    }

    @Override
    public void setMigrationRule(MigrationRule request, StreamObserver<MigrationRule> reply) {
        dev.trine.router.metadata.MigrationRule rule = UpstreamsWire.fromProto(request);
        Replies.reply(reply, () -> migration.set(BearerTokens.caller(), rule).map(UpstreamsWire::toProto));
    }

    @Override
    public void listMigrationRules(ListMigrationRulesRequest request, StreamObserver<ListMigrationRulesReply> reply) {
        Replies.reply(reply, () -> migration.plan(BearerTokens.caller()).map(plan -> ListMigrationRulesReply
            .newBuilder().addAllRules(plan.rules().stream().map(UpstreamsWire::toProto).toList()).build()));
    }

    @Override
    public void removeMigrationRule(RemoveMigrationRuleRequest request,
                                    StreamObserver<RemoveMigrationRuleReply> reply) {
        Scope scope = new Scope(request.getPath());
        Replies.reply(reply, () -> migration.remove(BearerTokens.caller(), scope)
            .map(removed -> RemoveMigrationRuleReply.getDefaultInstance()));
    }

    @Override
    public void findMigration(FindMigrationRequest request, StreamObserver<FindMigrationReply> reply) {
        RepoPath path = RepoPath.parse(request.getPath());
        Replies.reply(reply, () -> migration.find(BearerTokens.caller(), path).map(UpstreamsRpc::toProto));
    }

    private static FindMigrationReply toProto(Migration.Found found) {
        FindMigrationReply.Builder reply = FindMigrationReply.newBuilder().setPath(found.path().value());
        found.rule().ifPresent(rule -> reply.setRule(UpstreamsWire.toProto(rule)));
        found.sent().ifPresent(sent -> reply.setUpstream(UpstreamsWire.toProto(sent.to())));
        return reply.build();
    }
}
