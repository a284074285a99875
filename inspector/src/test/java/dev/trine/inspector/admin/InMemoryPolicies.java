package dev.trine.inspector.admin;

import dev.trine.proto.ArchiveRepoRequest;
import dev.trine.proto.ListRefRulesReply;
import dev.trine.proto.ListRefRulesRequest;
import dev.trine.proto.RefRule;
import dev.trine.proto.RemoveRefRuleReply;
import dev.trine.proto.RemoveRefRuleRequest;
import dev.trine.proto.Repo;
import dev.trine.proto.SetVisibilityReply;
import dev.trine.proto.SetVisibilityRequest;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/** The part of {@link InMemoryAdmin} that keeps rules and visibility. */
class InMemoryPolicies extends InMemorySettings {
    private final List<RefRule> rules = new ArrayList<>();
    private final List<SetVisibilityRequest> visibilities = new ArrayList<>();

    static <T> void answer(StreamObserver<T> reply, T value) {
        reply.onNext(value);
        reply.onCompleted();
    }

    /** What was set, in order. */
    final synchronized List<SetVisibilityRequest> visibilities() {
        return List.copyOf(visibilities);
    }

    @Override
    public synchronized void setVisibility(SetVisibilityRequest request, StreamObserver<SetVisibilityReply> reply) {
        visibilities.add(request);
        answer(reply, SetVisibilityReply.getDefaultInstance());
    }

    @Override
    public synchronized void archiveRepo(ArchiveRepoRequest request, StreamObserver<Repo> reply) {
        answer(reply, Repo.newBuilder().setPath(request.getRepo()).setArchived(request.getArchived()).build());
    }

    @Override
    public synchronized void setRefRule(RefRule rule, StreamObserver<RefRule> reply) {
        rules.add(rule);
        answer(reply, rule);
    }

    @Override
    public synchronized void listRefRules(ListRefRulesRequest request, StreamObserver<ListRefRulesReply> reply) {
        answer(reply, ListRefRulesReply.newBuilder()
            .addAllRules(rules.stream().filter(rule -> rule.getPath().equals(request.getPath())).toList()).build());
    }

    @Override
    public synchronized void removeRefRule(RemoveRefRuleRequest request, StreamObserver<RemoveRefRuleReply> reply) {
        rules.removeIf(rule -> rule.getPath().equals(request.getPath())
            && rule.getPattern().equals(request.getPattern()));
        answer(reply, RemoveRefRuleReply.getDefaultInstance());
    }
}
