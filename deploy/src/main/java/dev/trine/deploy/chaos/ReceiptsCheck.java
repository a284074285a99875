package dev.trine.deploy.chaos;

import dev.trine.inspector.admin.AdminClient;
import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.VerifyReceiptReply;
import dev.trine.proto.VerifyReceiptRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
     * Asks for receipts of pushes, evenly over the run, and for all that named one node only: a node that learns from
     * another what became of a push can name itself alone, and the nodes have to show that there are two.
     */
    CheckResult run(List<Operation> operations) {
        List<Operation> pushes = operations.stream().filter(one -> one.kind().isPush() && one.isDone()
            && receipt(one).isPresent()).toList();
        int step = Math.max(1, (pushes.size() + ASKED_MAX - 1) / ASKED_MAX);
        Map<String, Integer> verdicts = new TreeMap<>();
        List<String> faults = new ArrayList<>();
        int few = 0;
        for (int i = 0; i < pushes.size(); i++) {
            boolean onFew = receipt(pushes.get(i)).orElseThrow().nodes().size() < NODES_MIN;
            few += onFew ? 1 : 0;
            if (onFew || i % step == 0) {
                ask(pushes.get(i), verdicts, faults);
            }
        }
        return new CheckResult("Receipts still hold when the nodes are asked", verdicts.isEmpty() ? "no receipts"
            : verdicts + " of " + pushes.size() + ", all " + few + " among them that named one node only", faults);
    }

    private void ask(Operation push, Map<String, Integer> verdicts, List<String> faults) {
        Receipt receipt = receipt(push).orElseThrow();
        VerifyReceiptRequest request = VerifyReceiptRequest.newBuilder().setRepo(push.repository())
            .setVersion(receipt.version()).setShortId(receipt.id().orElse("")).build();
        String verdict;
        String why;
        try {
            VerifyReceiptReply reply = api.call(stub -> stub.verifyReceipt(request));
            verdict = reply.getVerdict();
            why = reply.getSentence();
        } catch (CommandFailure e) {
            verdict = "refused";
            why = String.valueOf(e.getMessage());
        }
        verdicts.merge(verdict, 1, Integer::sum);
        if (!verdict.equals(DURABLE)) {
            faults.add(push.repository() + ", " + receipt + ": " + verdict + ", " + why);
        }
    }

    private static Optional<Receipt> receipt(Operation push) {
        return push.outcome() instanceof Outcome.Done done ? done.receipt() : Optional.empty();
    }
}
