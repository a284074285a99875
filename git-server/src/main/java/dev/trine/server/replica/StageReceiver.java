package dev.trine.server.replica;

import dev.trine.proto.StageReply;
import dev.trine.proto.StageReply.Result;
import dev.trine.proto.StageRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receiving end of one stage stream. gRPC hands it one message at a time and asks for the next when the last is
 * written: that is the back-pressure.
 */
final class StageReceiver implements StreamObserver<StageRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(StageReceiver.class);

    private final PeerRequests requests;
    private final StreamObserver<StageReply> reply;
    private final Semaphore room;
    private final Function<Exception, Status> statuses;
    private final boolean admitted;
    private Optional<StageCall> call = Optional.empty();
    private boolean ended;

    /**
     * Begins.
     *
     * @param room bounds how many streams are served at once
     */
    StageReceiver(PeerRequests requests, StreamObserver<StageReply> reply, Semaphore room,
                  Function<Exception, Status> statuses) {
        this.requests = requests;
        this.reply = reply;
        this.room = room;
        this.statuses = statuses;
        this.admitted = room.tryAcquire();
        if (!admitted) {
            ended = true;
            reply.onError(ReplicationRpc.overloaded(ReplicationRpc.STREAMS_MAX));
        }
    }

    @Override
    public void onNext(StageRequest request) {
        if (ended) {
            return;
        }
        guarded(() -> {
            if (request.hasOpen() != call.isEmpty()) {
                throw new IllegalArgumentException("a stage stream must begin with its opening, which came never or"
                    + " twice");
            }
            if (request.hasOpen()) {
                call = requests.stage(request.getOpen());
                if (call.isEmpty()) {
                    answer(StageReply.newBuilder().setResult(Result.NOT_A_MEMBER)
                        .setMessage("this node is not that member of the repository").build());
                } else if (!call.get().wantsBytes()) {
                    answer(call.get().finish());
                }
            } else {
                call.get().data(request.getData());
            }
        });
    }

    @Override
    public void onCompleted() {
        if (!ended) {
            guarded(() -> {
                if (call.isEmpty()) {
                    throw new IllegalArgumentException("a stage stream without an opening");
                }
                answer(call.get().finish());
            });
        }
    }

    @Override
    public void onError(Throwable broken) {
        end();
    }

    /** What one message causes. */
    @FunctionalInterface
    private interface Reaction {
        void run() throws IOException, InterruptedException, CorruptPackException, ReplicaStoppedException,
            OverloadedException;
    }

    private void guarded(Reaction reaction) {
        try {
            reaction.run();
        } catch (CorruptPackException e) {
            LOG.atWarn().log("damaged pack refused: {}", e.getMessage());
            answer(StageReply.newBuilder().setResult(Result.CORRUPT).setMessage(e.getMessage()).build());
        } catch (IOException | InterruptedException | ReplicaStoppedException | OverloadedException
                 | RuntimeException e) {
            if (!ended) {
                end();
                reply.onError(statuses.apply(e).asRuntimeException());
            }
        }
    }

    private void answer(StageReply answer) {
        if (!ended) {
            end();
            reply.onNext(answer);
            reply.onCompleted();
        }
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (admitted) {
            room.release();
        }
        try {
            if (call.isPresent()) {
                call.get().close();
            }
        } catch (IOException e) {
            LOG.atError().setCause(e).log("files of a stage stream cannot be removed");
        }
    }
}
