package dev.trine.server.rpc;

import dev.trine.proto.GitRequest;
import dev.trine.proto.GitResponse;
import dev.trine.proto.GitTransportGrpc;
import dev.trine.server.hosting.GitService;
import io.grpc.stub.StreamObserver;

/**
 * The GitTransport service over the node's Git services. Close it after the server that it is registered with, which
 * ends the calls: closing gives the services' threads a moment to notice, then interrupts them.
 */
public final class GitTransportRpc extends GitTransportGrpc.GitTransportImplBase implements AutoCloseable {
    private final GitService upload;
    private final GitService receive;
    private final TransportLimits limits;
    private final Admission admission;
    private final BulkOffers bulk;
    private final CallThreads threads = new CallThreads();

    /**
     * The service; calls beyond what is admitted are refused.
     *
     * @param bulk where front doors may fetch large answers
     */
    public GitTransportRpc(GitService upload, GitService receive, TransportLimits limits, Admission admission,
                           BulkOffers bulk) {
        this.bulk = bulk;
        this.upload = upload;
        this.receive = receive;
        this.limits = limits;
        this.admission = admission;
    }

    @Override
    public StreamObserver<GitRequest> uploadPack(StreamObserver<GitResponse> responses) {
        return GitExchange.start(upload, responses, threads, admission, limits, bulk);
    }

    @Override
    public StreamObserver<GitRequest> receivePack(StreamObserver<GitResponse> responses) {
        return GitExchange.start(receive, responses, threads, admission, limits, bulk);
    }

    @Override
    public void close() throws InterruptedException {
        threads.close();
    }
}
