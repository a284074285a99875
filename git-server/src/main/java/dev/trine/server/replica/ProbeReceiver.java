package dev.trine.server.replica;

import dev.trine.proto.PeerMessage;
import dev.trine.proto.ProbeAnswered;
import dev.trine.proto.ProbeAnswers;
import dev.trine.proto.ProbeQuestions;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * A router's stream of probes. A message is taken once the answers to the one before have left: an asker that does not
 * listen is not listened to. gRPC calls it from one thread at a time.
 */
final class ProbeReceiver implements StreamObserver<ProbeQuestions> {
    /** Most questions in one message. */
    static final int MESSAGE_MAX = 256;

    private final Probe probe;
    private final ServerCallStreamObserver<ProbeAnswers> reply;
    private boolean waits;
    private boolean over;

    /** Begins to take messages. */
    ProbeReceiver(Probe probe, ServerCallStreamObserver<ProbeAnswers> reply) {
        this.probe = probe;
        this.reply = reply;
        reply.disableAutoRequest();
        reply.setOnReadyHandler(this::goOn);
        reply.setOnCancelHandler(() -> over = true);
        reply.request(1);
    }

    /** Answers one question. */
    @FunctionalInterface
    interface Probe {
        PeerMessage answer(PeerMessage question) throws ReplicaStoppedException, InterruptedException;
    }

    @Override
    public void onNext(ProbeQuestions questions) {
        if (over) {
            return;
        }
        if (questions.getQuestionsCount() > MESSAGE_MAX) {
            refuse("a message may hold " + MESSAGE_MAX + " probes, not " + questions.getQuestionsCount());
            return;
        }
        ProbeAnswers.Builder answers = ProbeAnswers.newBuilder().setNumber(questions.getNumber());
        for (PeerMessage question : questions.getQuestionsList()) {
            if (!question.hasProbe()) {
                refuse("a message holds something that is no probe");
                return;
            }
            answers.addAnswers(answer(question));
        }
        reply.onNext(answers.build());
        waits = true;
        goOn();
    }

    private void refuse(String why) {
        over = true;
        reply.onError(Status.INVALID_ARGUMENT.withDescription(why).asRuntimeException());
    }

    private ProbeAnswered answer(PeerMessage question) {
        try {
            return ProbeAnswered.newBuilder().setReply(probe.answer(question)).build();
        } catch (ReplicaStoppedException | InterruptedException | RuntimeException e) {
            String problem = ReplicationRpc.status(e).getDescription();
            return ProbeAnswered.newBuilder().setProblem(problem == null ? "failed" : problem).build();
        }
    }

    private void goOn() {
        if (waits && reply.isReady()) {
            waits = false;
            reply.request(1);
        }
    }

    @Override
    public void onError(Throwable cancelled) {
        over = true;
    }

    @Override
    public void onCompleted() {
        if (!over) {
            over = true;
            reply.onCompleted();
        }
    }
}
