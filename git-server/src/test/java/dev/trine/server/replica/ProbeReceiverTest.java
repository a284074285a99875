package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.HostPort;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.RpcServer;
import dev.trine.common.rpc.Security;
import dev.trine.proto.PeerMessage;
import dev.trine.proto.Probe;
import dev.trine.proto.ProbeAnswers;
import dev.trine.proto.ProbeQuestions;
import dev.trine.proto.Renew;
import dev.trine.proto.ReplicationGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router's stream of probes: what is answered, and what is refused. */
class ProbeReceiverTest {
    @TempDir
    Path dir;

    private RpcServer server;
    private RpcChannels channels;

    /** Answers with the question's repository, and refuses one. */
    private static final class Node extends ReplicationGrpc.ReplicationImplBase {
        @Override
        public StreamObserver<ProbeQuestions> probeMany(StreamObserver<ProbeAnswers> reply) {
            return new ProbeReceiver(question -> {
                if (question.getRepoId().equals("stopped")) {
                    throw new ReplicaStoppedException("this replica stopped itself");
                }
                return PeerMessage.newBuilder().setRepoId(question.getRepoId()).build();
            }, (ServerCallStreamObserver<ProbeAnswers>) reply);
        }
    }

    @BeforeEach
    void start() throws Exception {
        Security security = new Security(Optional.of(Files.writeString(dir.resolve("secret"), "s".repeat(32))),
            Optional.empty());
        server = RpcServer.start(new HostPort("127.0.0.1", 0), security, List.of(new Node()));
        channels = new RpcChannels(security);
    }

    @AfterEach
    void close() throws Exception {
        channels.close();
        server.close();
    }

    private ProbeAnswers ask(ProbeQuestions... messages) throws Exception {
        CompletableFuture<ProbeAnswers> last = new CompletableFuture<>();
        StreamObserver<ProbeQuestions> questions = ReplicationGrpc.newStub(
            channels.to(new HostPort("127.0.0.1", server.port()))).probeMany(new StreamObserver<>() {
                private ProbeAnswers newest = ProbeAnswers.getDefaultInstance();

                @Override
                public void onNext(ProbeAnswers answers) {
                    newest = answers;
                }

                @Override
                public void onError(Throwable thrown) {
                    last.completeExceptionally(thrown);
                }

                @Override
                public void onCompleted() {
                    last.complete(newest);
                }
            });
        for (ProbeQuestions message : messages) {
            questions.onNext(message);
        }
        questions.onCompleted();
        return last.get();
    }

    private static ProbeQuestions questions(int number, String... repos) {
        ProbeQuestions.Builder message = ProbeQuestions.newBuilder().setNumber(number);
        for (String repo : repos) {
            message.addQuestions(PeerMessage.newBuilder().setRepoId(repo).setProbe(Probe.getDefaultInstance()));
        }
        return message.build();
    }

    @Test
    void eachQuestionIsAnsweredInItsPlaceWhateverBecomesOfTheOthers() throws Exception {
        ProbeAnswers answers = ask(questions(1, "x"), questions(2, "a", "stopped", "b"));
        assertThat(answers.getNumber()).isEqualTo(2);
        assertThat(answers.getAnswersList()).hasSize(3);
        assertThat(answers.getAnswers(0).getReply().getRepoId()).isEqualTo("a");
        assertThat(answers.getAnswers(1).getProblem()).contains("stopped itself");
        assertThat(answers.getAnswers(2).getReply().getRepoId()).isEqualTo("b");
    }

    @Test
    void aThousandMessagesAreAnsweredThoughNoneIsTakenBeforeTheAnswersBeforeItHaveLeft() throws Exception {
        ProbeQuestions[] messages = IntStream.rangeClosed(1, 1_000)
            .mapToObj(i -> questions(i, IntStream.range(0, 100).mapToObj(j -> "repository" + j).toArray(String[]::new)))
            .toArray(ProbeQuestions[]::new);
        assertThat(ask(messages).getNumber()).isEqualTo(1_000);
    }

    @Test
    void tooManyQuestionsAndOtherMessagesAreRefused() {
        String[] many = IntStream.rangeClosed(0, ProbeReceiver.MESSAGE_MAX).mapToObj(Integer::toString)
            .toArray(String[]::new);
        assertThatThrownBy(() -> ask(questions(1, many))).isInstanceOf(ExecutionException.class)
            .hasMessageContaining("INVALID_ARGUMENT").hasMessageContaining("256 probes, not 257");
        ProbeQuestions renew = ProbeQuestions.newBuilder()
            .addQuestions(PeerMessage.newBuilder().setRenew(Renew.getDefaultInstance())).build();
        assertThatThrownBy(() -> ask(renew)).hasMessageContaining("no probe");
    }
}
