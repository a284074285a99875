package dev.trine.inspector.admin;

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
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.TreeMap;

/** Upstreams and rules by name and path, without any sense of what they mean. */
final class InMemoryUpstreams extends UpstreamsGrpc.UpstreamsImplBase {
    private final Map<String, Upstream> upstreams = new TreeMap<>();
    private final Map<String, MigrationRule> rules = new TreeMap<>();

    @Override
    public synchronized void setUpstream(Upstream upstream, StreamObserver<Upstream> reply) {
        upstreams.put(upstream.getName(), upstream);
        InMemoryPolicies.answer(reply, upstream);
    }

    @Override
    public synchronized void listUpstreams(ListUpstreamsRequest request, StreamObserver<ListUpstreamsReply> reply) {
        InMemoryPolicies.answer(reply, ListUpstreamsReply.newBuilder().addAllUpstreams(upstreams.values()).build());
    }

    @Override
    public synchronized void removeUpstream(RemoveUpstreamRequest request, StreamObserver<RemoveUpstreamReply> reply) {
        if (upstreams.remove(request.getName()) == null) {
            reply.onError(Status.NOT_FOUND.withDescription("there is no upstream " + request.getName())
                .asRuntimeException());
            return;
        }
        InMemoryPolicies.answer(reply, RemoveUpstreamReply.getDefaultInstance());
    }

    @Override
    public synchronized void setMigrationRule(MigrationRule rule, StreamObserver<MigrationRule> reply) {
        rules.put(rule.getPath(), rule);
        InMemoryPolicies.answer(reply, rule);
    }

    @Override
    public synchronized void listMigrationRules(ListMigrationRulesRequest request,
                                                StreamObserver<ListMigrationRulesReply> reply) {
        InMemoryPolicies.answer(reply, ListMigrationRulesReply.newBuilder().addAllRules(rules.values()).build());
    }

    @Override
    public synchronized void removeMigrationRule(RemoveMigrationRuleRequest request,
                                                 StreamObserver<RemoveMigrationRuleReply> reply) {
        rules.remove(request.getPath());
        InMemoryPolicies.answer(reply, RemoveMigrationRuleReply.getDefaultInstance());
    }

    @Override
    public synchronized void findMigration(FindMigrationRequest request, StreamObserver<FindMigrationReply> reply) {
        FindMigrationReply.Builder found = FindMigrationReply.newBuilder().setPath(request.getPath());
        MigrationRule rule = rules.get(request.getPath());
        if (rule != null) {
            found.setRule(rule);
            if (!rule.getUpstream().isEmpty()) {
                found.setUpstream(upstreams.get(rule.getUpstream()));
            }
        }
        InMemoryPolicies.answer(reply, found.build());
    }
}
