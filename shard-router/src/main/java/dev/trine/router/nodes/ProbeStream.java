package dev.trine.router.nodes;

import dev.trine.proto.ProbeAnswered;
import dev.trine.proto.ProbeAnswers;
import dev.trine.proto.ProbeQuestions;
import dev.trine.proto.ReplicationGrpc;
import dev.trine.router.nodes.ProbeLine.Question;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream with probes to one node, from its first message to its end. Every question that is sent gets one outcome,
 * whatever becomes of the stream. One thread sends; answers come on others.
 */
final class ProbeStream {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeStream.class);
    /** A stream is not used for longer: a node that stops has to wait for its end. */
    static final Duration AGE_MAX = Duration.ofSeconds(1);

    private final ReentrantLock lock = new ReentrantLock();
    /** Messages without an answer yet, by number: the oldest is the first. */
    private final TreeMap<Long, List<Question>> sent = new TreeMap<>();
    private final ClientCallStreamObserver<ProbeQuestions> questions;
    private final long beganNanos = System.nanoTime();
    private Optional<String> failure = Optional.empty();
    private long last;
    private boolean ended;

    private ProbeStream(ReplicationGrpc.ReplicationStub node) {
        questions = (ClientCallStreamObserver<ProbeQuestions>) node.probeMany(new Answers());
    }

    /** Opens one; no answer is waited for longer than until {@link #AGE_MAX} and the deadline are over. */
    static ProbeStream open(ReplicationGrpc.ReplicationStub node, Duration deadline) {
        return new ProbeStream(node.withDeadlineAfter(AGE_MAX.plus(deadline).toNanos(), TimeUnit.NANOSECONDS));
    }

    void send(List<Question> together) {
        ProbeQuestions.Builder message = ProbeQuestions.newBuilder();
        together.forEach(question -> message.addQuestions(question.message()));
        lock.lock();
        try {
            sent.put(++last, together);
        } finally {
            lock.unlock();
        }
        try {
            questions.onNext(message.setNumber(last).build());
        } catch (RuntimeException defect) {
            LOG.atError().setCause(defect).log("probes could not be sent");
            fail("could not be asked: " + defect.getMessage());
        }
        failure().ifPresent(this::fail); // it had failed before it knew of these
    }

    private Optional<String> failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Whether some answer is still to come. */
    boolean awaits() {
        lock.lock();
        try {
            return !sent.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether more may be sent; ends it if it is old, and gives it up if an answer is late. */
    boolean isUsable(long nowNanos) {
        if (isLate(nowNanos)) {
            fail("no answer in time");
            questions.cancel("no answer in time", null);
        } else if (nowNanos - beganNanos > AGE_MAX.toNanos()) {
            end();
        }
        return !ended && failure().isEmpty();
    }

    private boolean isLate(long nowNanos) {
        lock.lock();
        try {
            return !sent.isEmpty() && nowNanos - sent.firstEntry().getValue().getFirst().endNanos() > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Sends nothing more; answers may still come. */
    void end() {
        if (!ended && failure().isEmpty()) {
            ended = true;
            questions.onCompleted();
        }
    }

    private void fail(String problem) {
        List<Question> unanswered = new ArrayList<>();
        lock.lock();
        try {
            failure = Optional.of(failure.orElse(problem));
            sent.values().forEach(unanswered::addAll);
            sent.clear();
        } finally {
            lock.unlock();
        }
        unanswered.forEach(question -> question.failed(problem));
    }

    private List<Question> answered(long number) {
        lock.lock();
        try {
            List<Question> together = sent.remove(number);
            return together == null ? List.of() : together;
        } finally {
            lock.unlock();
        }
    }

    /** What the node says. */
    private final class Answers implements StreamObserver<ProbeAnswers> {
        @Override
        public void onNext(ProbeAnswers answers) {
            List<Question> together = answered(answers.getNumber());
            for (int i = 0; i < together.size(); i++) {
                if (i < answers.getAnswersCount()) {
                    tell(together.get(i), answers.getAnswers(i));
                } else {
                    together.get(i).failed("sent no answer");
                }
            }
        }

        private void tell(Question question, ProbeAnswered answered) {
            if (answered.hasReply()) {
                question.answered(answered.getReply());
            } else {
                question.failed(answered.getProblem());
            }
        }

        @Override
        public void onError(Throwable thrown) {
            fail(NodeCalls.failed(Status.fromThrowable(thrown)).text());
        }

        @Override
        public void onCompleted() {
            fail("sent no answer");
        }
    }
}
