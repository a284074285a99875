package dev.trine.inspector.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.trine.proto.AddKeyRequest;
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
import dev.trine.proto.Epoch;
import dev.trine.proto.ExplainRouteReply;
import dev.trine.proto.ExplainRouteRequest;
import dev.trine.proto.GetReplacementRequest;
import dev.trine.proto.Grant;
import dev.trine.proto.KeptReceipt;
import dev.trine.proto.Key;
import dev.trine.proto.ListGrantsReply;
import dev.trine.proto.ListGrantsRequest;
import dev.trine.proto.ListKeysReply;
import dev.trine.proto.ListKeysRequest;
import dev.trine.proto.ListReceiptsReply;
import dev.trine.proto.ListReceiptsRequest;
import dev.trine.proto.ListReplacementsReply;
import dev.trine.proto.ListReplacementsRequest;
import dev.trine.proto.ListReposReply;
import dev.trine.proto.ListReposRequest;
import dev.trine.proto.ListTokensReply;
import dev.trine.proto.ListTokensRequest;
import dev.trine.proto.ListUsersReply;
import dev.trine.proto.ListUsersRequest;
import dev.trine.proto.Member;
import dev.trine.proto.NodeStatus;
import dev.trine.proto.NodeStatusReply;
import dev.trine.proto.Position;
import dev.trine.proto.ProbeAnswer;
import dev.trine.proto.ProbeReply;
import dev.trine.proto.ReadPoint;
import dev.trine.proto.Receipt;
import dev.trine.proto.ReceiptAtNode;
import dev.trine.proto.RefChange;
import dev.trine.proto.RefsUpdate;
import dev.trine.proto.RejectedRef;
import dev.trine.proto.RemoveGrantReply;
import dev.trine.proto.RemoveGrantRequest;
import dev.trine.proto.RemoveKeyReply;
import dev.trine.proto.RemoveKeyRequest;
import dev.trine.proto.RemoveNodeReply;
import dev.trine.proto.RemoveNodeRequest;
import dev.trine.proto.RenameRepoRequest;
import dev.trine.proto.ReplaceNodeRequest;
import dev.trine.proto.Replacement;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.ReplicaStatus;
import dev.trine.proto.Repo;
import dev.trine.proto.RevokeTokenReply;
import dev.trine.proto.RevokeTokenRequest;
import dev.trine.proto.Role;
import dev.trine.proto.SetGrantRequest;
import dev.trine.proto.ShardStatus;
import dev.trine.proto.Token;
import dev.trine.proto.UpdateRepoRefsReply;
import dev.trine.proto.UpdateRepoRefsRequest;
import dev.trine.proto.User;
import dev.trine.proto.VerifyReceiptReply;
import dev.trine.proto.VerifyReceiptRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An {@code Admin} service whose cluster is a few maps: it keeps what it is told, and pages as the real one does. */
final class InMemoryAdmin extends InMemoryPolicies {
    static final Epoch EPOCH = Epoch.newBuilder().setGeneration(1).setCounter(4).setSlot(2).build();
    static final Timestamp NOW = Timestamp.newBuilder().setSeconds(1_790_000_000L).build();

    private final TreeMap<String, User> users = new TreeMap<>();
    private final TreeMap<String, Repo> repos = new TreeMap<>();
    private final TreeMap<Long, Key> keys = new TreeMap<>();
    private final TreeMap<Long, Token> tokens = new TreeMap<>();
    private final TreeMap<String, Grant> grants = new TreeMap<>();
    private final int pageMaxItems;
    private final List<Replacement> replacements = new ArrayList<>();
    private String nodeProblem = "";
    private boolean nodeDown;
    private boolean databaseAway;

    /** At most so many items in a page, however many are asked for. */
    InMemoryAdmin(int pageMaxItems) {
        this.pageMaxItems = pageMaxItems;
    }

    synchronized void stopNode() {
        nodeDown = true;
    }

    private static void refuse(StreamObserver<?> reply, Status status, String text) {
        reply.onError(status.withDescription(text).asRuntimeException());
    }

    private <T> List<T> page(TreeMap<String, T> all, String after) {
        return all.tailMap(after, false).values().stream().limit(pageMaxItems).toList();
    }

    @Override
    public synchronized void createUser(CreateUserRequest request, StreamObserver<User> reply) {
        if (users.containsKey(request.getName())) {
            refuse(reply, Status.ALREADY_EXISTS, "there is a user " + request.getName() + " already");
            return;
        }
        User user = User.newBuilder().setId(users.size() + 1L).setName(request.getName()).setAdmin(request.getAdmin())
            .setCreated(NOW).build();
        users.put(user.getName(), user);
        answer(reply, user);
    }

    @Override
    public synchronized void listUsers(ListUsersRequest request, StreamObserver<ListUsersReply> reply) {
        List<User> page = page(users, request.getAfter());
        boolean more = !page.isEmpty() && users.higherKey(page.getLast().getName()) != null;
        answer(reply, ListUsersReply.newBuilder().addAllUsers(page).setMore(more).build());
    }

    @Override
    public synchronized void disableUser(DisableUserRequest request, StreamObserver<User> reply) {
        disable(request.getName(), true, reply);
    }

    @Override
    public synchronized void enableUser(EnableUserRequest request, StreamObserver<User> reply) {
        disable(request.getName(), false, reply);
    }

    private void disable(String who, boolean disabled, StreamObserver<User> reply) {
        User user = users.computeIfPresent(who, (name, old) -> old.toBuilder().setDisabled(disabled).build());
        if (user == null) {
            refuse(reply, Status.NOT_FOUND, "there is no user " + who);
        } else {
            answer(reply, user);
        }
    }

    @Override
    public synchronized void addKey(AddKeyRequest request, StreamObserver<Key> reply) {
        String[] parts = request.getPublicKey().split(" ", 3);
        Key key = Key.newBuilder().setId(keys.size() + 1L).setUser(request.getUser()).setType(parts[0])
            .setFingerprint("SHA256:" + parts[1].length()).setComment(parts.length > 2 ? parts[2] : "").setCreated(NOW)
            .addAllRights(request.getRightsList()).setPresence(request.getPresence()).build();
        keys.put(key.getId(), key);
        answer(reply, key);
    }

    @Override
    public synchronized void listKeys(ListKeysRequest request, StreamObserver<ListKeysReply> reply) {
        answer(reply, ListKeysReply.newBuilder().addAllKeys(keys.values().stream()
            .filter(key -> request.getUser().isEmpty() || key.getUser().equals(request.getUser())).toList()).build());
    }

    @Override
    public synchronized void removeKey(RemoveKeyRequest request, StreamObserver<RemoveKeyReply> reply) {
        if (keys.remove(request.getId()) == null) {
            refuse(reply, Status.NOT_FOUND, "there is no key " + request.getId());
        } else {
            answer(reply, RemoveKeyReply.getDefaultInstance());
        }
    }

    @Override
    public synchronized void createToken(CreateTokenRequest request, StreamObserver<CreateTokenReply> reply) {
        Token.Builder token = Token.newBuilder().setId(tokens.size() + 1L).setUser(request.getUser())
            .setLabel(request.getLabel()).setCreated(NOW).setKind(request.getKind())
            .addAllRights(request.getRightsList()).setApi(request.getApi());
        if (request.getLifeSeconds() > 0) {
            token.setExpires(Timestamp.newBuilder().setSeconds(NOW.getSeconds() + request.getLifeSeconds()));
        }
        tokens.put(token.getId(), token.build());
        answer(reply, CreateTokenReply.newBuilder().setToken(token).setSecret("secret-" + token.getId()).build());
    }

    @Override
    public synchronized void listTokens(ListTokensRequest request, StreamObserver<ListTokensReply> reply) {
        answer(reply, ListTokensReply.newBuilder().addAllTokens(tokens.values().stream()
            .filter(t -> request.getUser().isEmpty() || t.getUser().equals(request.getUser())).toList()).build());
    }

    @Override
    public synchronized void revokeToken(RevokeTokenRequest request, StreamObserver<RevokeTokenReply> reply) {
        tokens.computeIfPresent(request.getId(), (id, old) -> old.toBuilder().setRevoked(true).build());
        answer(reply, RevokeTokenReply.getDefaultInstance());
    }

    @Override
    public synchronized void createRepo(CreateRepoRequest request, StreamObserver<Repo> reply) {
        Repo repo = Repo.newBuilder().setId("%032x".formatted(repos.size() + 1)).setPath(request.getPath())
            .setShard(request.getShard().isEmpty() ? "s1" : request.getShard()).setGeneration(1).setCreated(NOW)
            .setState("ACTIVE").addMembers(member("n1")).addMembers(member("n2")).addMembers(member("n3")).build();
        repos.put(repo.getPath(), repo);
        answer(reply, repo);
    }

    @Override
    public synchronized void listRepos(ListReposRequest request, StreamObserver<ListReposReply> reply) {
        TreeMap<String, Repo> chosen = new TreeMap<>(repos);
        chosen.keySet().removeIf(path -> !request.getGroup().isEmpty() && !path.startsWith(request.getGroup() + "/"));
        List<Repo> page = page(chosen, request.getAfter());
        boolean more = !page.isEmpty() && chosen.higherKey(page.getLast().getPath()) != null;
        answer(reply, ListReposReply.newBuilder().addAllRepos(page).setMore(more).build());
    }

    private Optional<Repo> find(String repo, StreamObserver<?> reply) {
        Optional<Repo> found = Optional.ofNullable(repos.get(repo));
        if (found.isEmpty()) {
            refuse(reply, Status.NOT_FOUND, "there is no repository " + repo);
        }
        return found;
    }

    @Override
    public synchronized void describeRepo(DescribeRepoRequest request, StreamObserver<DescribeRepoReply> reply) {
        find(request.getRepo(), reply).ifPresent(repo -> answer(reply, DescribeRepoReply.newBuilder().setRepo(repo)
            .setLockHolder("n3").addReplicas(replica("n1", 7, 0)).addReplicas(replica("n2", 6, 1))
            .addReplicas(ReplicaStatus.newBuilder().setNode("n3").setZone("z").setState("unreachable")
                .setProblem("connection refused")).build()));
    }

    private static ReplicaStatus replica(String node, long version, long lag) {
        Position committed = Position.newBuilder().setVersion(version).setEpoch(EPOCH).build();
        return ReplicaStatus.newBuilder().setNode(node).setZone("z").setState(lag == 0 ? "ok" : "behind").setLag(lag)
            .setDescription(ReplicaDescription.newBuilder().setMember(member(node)).setRole(Role.VOTER)
                .setCommitted(committed).setLast(committed).setRefs(3).setPacks(2).setPackBytes(4096)
                .setDigest(ByteString.copyFrom(new byte[] {(byte) 0xab, 1}))).build();
    }

    @Override
    public synchronized void renameRepo(RenameRepoRequest request, StreamObserver<Repo> reply) {
        find(request.getRepo(), reply).ifPresent(repo -> {
            Repo renamed = repo.toBuilder().setPath(request.getNewPath()).build();
            repos.remove(repo.getPath());
            repos.put(renamed.getPath(), renamed);
            answer(reply, renamed);
        });
    }

    @Override
    public synchronized void deleteRepo(DeleteRepoRequest request, StreamObserver<DeleteRepoReply> reply) {
        find(request.getRepo(), reply).ifPresent(repo -> {
            repos.remove(repo.getPath());
            answer(reply, DeleteRepoReply.getDefaultInstance());
        });
    }

    @Override
    public synchronized void setGrant(SetGrantRequest request, StreamObserver<Grant> reply) {
        Grant grant = request.getGrant();
        grants.put(grant.getPath() + " " + grant.getUser(), grant);
        answer(reply, grant);
    }

    @Override
    public synchronized void listGrants(ListGrantsRequest request, StreamObserver<ListGrantsReply> reply) {
        answer(reply, ListGrantsReply.newBuilder().addAllGrants(grants.values().stream()
            .filter(grant -> request.getUser().isEmpty() || grant.getUser().equals(request.getUser()))
            .filter(grant -> request.getPath().isEmpty() || grant.getPath().equals(request.getPath()))
            .toList()).build());
    }

    @Override
    public synchronized void removeGrant(RemoveGrantRequest request, StreamObserver<RemoveGrantReply> reply) {
        if (grants.remove(request.getPath() + " " + request.getUser()) == null) {
            refuse(reply, Status.NOT_FOUND, request.getUser() + " has no grant on " + request.getPath());
        } else {
            answer(reply, RemoveGrantReply.getDefaultInstance());
        }
    }

    /** The ref's last part names the outcome; a token that is given was used before. */
    @Override
    public synchronized void updateRepoRefs(UpdateRepoRefsRequest request, StreamObserver<UpdateRepoRefsReply> reply) {
        RefChange change = request.getChanges(0);
        String name = change.getName().substring(change.getName().lastIndexOf('/') + 1);
        RefsUpdate.Builder result = RefsUpdate.newBuilder().setOutcome(RefsUpdate.Outcome.valueOf(name))
            .setAt(Position.newBuilder().setVersion(7).setEpoch(EPOCH)).setBefore(!request.getFirst());
        switch (result.getOutcome()) {
            case COMMITTED -> result.addNodes("n1").addNodes("n2").setReceipt(receipt(7));
            case REJECTED -> result.addRejections(RejectedRef.newBuilder().setName(change.getName())
                .setReason(change.getOldId().isEmpty() ? "expected nothing" : "fetch first"));
            default -> result.setMessage("because of n3");
        }
        answer(reply, UpdateRepoRefsReply.newBuilder().setRepoId("00").setPath(request.getRepo()).setResult(result)
            .build());
    }

    /** Version 7 is durable, 8 is on one node, 9 is contradicted; there are no others. */
    @Override
    public synchronized void verifyReceipt(VerifyReceiptRequest request, StreamObserver<VerifyReceiptReply> reply) {
        String verdict = switch ((int) request.getVersion()) {
            case 7 -> !request.hasExpected() || request.getExpected().equals(receipt(7)) ? "durable" : "contradicted";
            case 8 -> "unconfirmed";
            case 9 -> "contradicted";
            default -> "not-kept";
        };
        answer(reply, VerifyReceiptReply.newBuilder().setVerdict(verdict).setSentence("it is " + verdict)
            .setReceipt(receipt(request.getVersion()))
            .addNodes(ReceiptAtNode.newBuilder().setNode("n1").setFinding("has").setCommitted(9)).build());
    }

    @Override
    public synchronized void listReceipts(ListReceiptsRequest request, StreamObserver<ListReceiptsReply> reply) {
        answer(reply, ListReceiptsReply.newBuilder().setRepoId("00").setPath(request.getRepo())
            .addReceipts(KeptReceipt.newBuilder().setReceipt(receipt(7)).addNodes("n1").addNodes("n2")).build());
    }

    private static Receipt receipt(long version) {
        ByteString digest = ByteString.copyFrom(new byte[32]);
        return Receipt.newBuilder().setAt(Position.newBuilder().setVersion(version).setEpoch(EPOCH))
            .setPushId("0".repeat(32)).setChain(digest).setRefsDigest(digest).setChangesDigest(digest)
            .setAppliedAtMs(1_790_000_000_000L).setUser("alice").addNodes("n1").addNodes("n3").build();
    }

    /** What is amiss with n2. */
    synchronized void nodeProblem(String problem) {
        nodeProblem = problem;
    }

    /** How a replacement is each time that somebody asks; the last one for ever. */
    synchronized void replacements(List<Replacement> states) {
        replacements.clear();
        replacements.addAll(states);
    }

    private synchronized void next(StreamObserver<Replacement> reply) {
        answer(reply, replacements.size() > 1 ? replacements.removeFirst() : replacements.getFirst());
    }

    @Override
    public void replaceNode(ReplaceNodeRequest request, StreamObserver<Replacement> reply) {
        next(reply);
    }

    /** From now on replacements cannot be listed. */
    synchronized void databaseIsAway() {
        databaseAway = true;
    }

    @Override
    public void removeNode(RemoveNodeRequest request, StreamObserver<RemoveNodeReply> reply) {
        if (request.getName().equals("n2")) {
            reply.onError(Status.FAILED_PRECONDITION.withDescription("node n2 still holds 5 repositories (team/a)")
                .asException());
        } else {
            answer(reply, RemoveNodeReply.getDefaultInstance());
        }
    }

    @Override
    public void cancelReplacement(CancelReplacementRequest request, StreamObserver<Replacement> reply) {
        next(reply);
    }

    @Override
    public void getReplacement(GetReplacementRequest request, StreamObserver<Replacement> reply) {
        next(reply);
    }

    @Override
    public synchronized void listReplacements(ListReplacementsRequest request,
                                              StreamObserver<ListReplacementsReply> reply) {
        if (databaseAway) {
            reply.onError(Status.UNAVAILABLE.withDescription("the metadata database does not answer").asException());
            return;
        }
        answer(reply, ListReplacementsReply.newBuilder().addAllReplacements(replacements).build());
    }

    @Override
    public synchronized void clusterStatus(ClusterStatusRequest request, StreamObserver<ClusterStatusReply> reply) {
        NodeStatus.Builder n2 = NodeStatus.newBuilder().setName("n2").setZone("z2").setAddress("127.0.0.1:2")
            .setProblem(nodeProblem);
        if (nodeDown) {
            n2.setState("down");
        } else {
            n2.setState("up").setStatus(status());
        }
        answer(reply, ClusterStatusReply.newBuilder().setMetadata("ok").setDegraded(nodeDown)
            .addShards(ShardStatus.newBuilder().setName("s1").addAllNodes(List.of("n1", "n2")).setRepositories(5)
                .setLagging(1).setExamined(4))
            .addNodes(NodeStatus.newBuilder().setName("n1").setZone("z1").setAddress("127.0.0.1:1").setState("up")
                .setStatus(status()))
            .addNodes(n2).build());
    }

    private static NodeStatusReply status() {
        return NodeStatusReply.newBuilder().setRepositories(5).setFreeBytes(3 * 1024 * 1024L).setActiveRequests(2)
            .setSoftwareVersion("0.1.0").build();
    }

    @Override
    public synchronized void explainRoute(ExplainRouteRequest request, StreamObserver<ExplainRouteReply> reply) {
        Position position = Position.newBuilder().setVersion(7).setEpoch(EPOCH).build();
        find(request.getRepo(), reply).ifPresent(repo -> answer(reply, ExplainRouteReply.newBuilder()
            .setRepoId(repo.getId()).setDecision("committed").setNode("n1").setPlacementSource("database")
            .setReadPoint(ReadPoint.newBuilder().setGeneration(1).setMinimum(position)
                .setMode(ReadPoint.Mode.COMMITTED))
            .addAnswers(ProbeAnswer.newBuilder().setNode("n1").setMicros(310).setReply(ProbeReply.newBuilder()
                .setRole(Role.VOTER).setGeneration(1).setPromised(EPOCH).setLast(position).setCommitted(position)))
            .addAnswers(ProbeAnswer.newBuilder().setNode("n2").setMicros(2000).setProblem("no answer in 2 ms"))
            .addReasons("n1 has committed 7, the newest entry that two answers show").build()));
    }

    private static Member member(String node) {
        return Member.newBuilder().setNode(node).setIncarnation("0".repeat(32)).build();
    }

    /** What it holds now, for assertions. */
    synchronized Map<String, Repo> repositories() {
        return Map.copyOf(repos);
    }
}
