package dev.trine.deploy.chaos;

import dev.trine.deploy.bench.AtOnce;
import dev.trine.inspector.admin.AdminClient;
import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.VerifyReceiptReply;
import dev.trine.proto.VerifyReceiptRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** Asks the nodes whether what pushers were told still holds, as {@code trine receipt verify} does. */
final class ReceiptsCheck {
    /** So many are enough to find what is wrong with some, and take a few seconds. */
    private static final int ASKED_MAX = 300;
    private static final int NODES_MIN = 2;
    private static final String DURABLE = "durable";

    private final AdminClient api;

    ReceiptsCheck(AdminClient api) {
        this.api = api;
    }

    /**
     * Each receipt names two nodes, or says that it cannot. Asks for some of them, evenly over the run, and for all of
     * the latter.
     */
    CheckResult run(List<Operation> operations) throws IOException, InterruptedException {
        List<Operation> pushes = operations.stream().filter(one -> one.kind().isPush() && one.isDone()
            && receipt(one).isPresent()).toList();
        int step = Math.max(1, (pushes.size() + ASKED_MAX - 1) / ASKED_MAX);
        List<String> faults = new ArrayList<>();
        List<Callable<Answer>> questions = new ArrayList<>();
        int unasked = 0;
        for (int i = 0; i < pushes.size(); i++) {
            Operation push = pushes.get(i);
            Receipt receipt = receipt(push).orElseThrow();
            unasked += receipt.unasked() ? 1 : 0;
            if (receipt.nodes().size() < NODES_MIN && !receipt.unasked()) {
                faults.add(push.repository() + ", " + receipt + ": names one node, and does not say why");
            }
            if (receipt.unasked() || i % step == 0) {
                questions.add(() -> ask(push));
            }
        }
        Map<String, Integer> verdicts = new TreeMap<>();
        for (Answer answer : AtOnce.few(questions)) {
            verdicts.merge(answer.verdict(), 1, Integer::sum);
            if (!answer.verdict().equals(DURABLE)) {
                faults.add(answer.push().repository() + ", " + receipt(answer.push()).orElseThrow() + ": "
                    + answer.verdict() + ", " + answer.why());
            }
        }
        return new CheckResult("Receipts name two nodes, and still hold when the nodes are asked", verdicts.isEmpty()
            ? "no receipts" : verdicts + " of " + pushes.size() + ", with the " + unasked
            + " that say that no second node could be asked", faults);
    }

    private record Answer(Operation push, String verdict, String why) {
    }

    private Answer ask(Operation push) {
        Receipt receipt = receipt(push).orElseThrow();
        VerifyReceiptRequest request = VerifyReceiptRequest.newBuilder().setRepo(push.repository())
            .setVersion(receipt.version()).setShortId(receipt.id().orElse("")).build();
        try {
            VerifyReceiptReply reply = api.call(stub -> stub.verifyReceipt(request));
            return new Answer(push, reply.getVerdict(), reply.getSentence());
        } catch (CommandFailure e) {
            return new Answer(push, "refused", String.valueOf(e.getMessage()));
        }
    }

    private static Optional<Receipt> receipt(Operation push) {
        return push.outcome() instanceof Outcome.Done done ? done.receipt() : Optional.empty();
    }
}
