package dev.trine.deploy.chaos;

import dev.trine.lab.history.Action;
import dev.trine.lab.history.Change;
import dev.trine.lab.history.LinearizabilityCheck;
import dev.trine.lab.history.Snapshots;
import dev.trine.lab.history.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the ledger says about itself: whether all that clients were told can be true. Pure. */
final class HistoryChecks {
    private final Map<String, List<Operation>> byRepository = new TreeMap<>();

    HistoryChecks(List<Operation> operations) {
        operations.forEach(operation ->
            byRepository.computeIfAbsent(operation.repository(), any -> new ArrayList<>()).add(operation));
    }

    List<CheckResult> run() {
        return List.of(linearizable(), receipts());
    }

    private CheckResult linearizable() {
        List<String> faults = new ArrayList<>();
        int operations = 0;
        int groups = 0;
        long states = 0;
        for (Map.Entry<String, List<Operation>> repository : byRepository.entrySet()) {
            List<dev.trine.lab.history.Operation> history = history(repository.getValue());
            operations += history.size();
            switch (new LinearizabilityCheck(Map.of(), Snapshots.BY_GROUP, LinearizabilityCheck.STATES_MAX)
                .check(history)) {
                case Verdict.Linearizable fine -> {
                    groups += fine.groups();
                    states += fine.states();
                }
                case Verdict.Violated bad -> faults.add(repository.getKey() + ": " + bad.explanation());
                case Verdict.Undecided open -> faults.add(repository.getKey() + ": the search over "
                    + open.refs() + " was given up after " + open.states() + " states");
            }
        }
        return new CheckResult("Every ref is linearizable", operations + " operations on " + groups
            + " refs or pairs of refs in " + byRepository.size() + " repositories, " + states + " states searched",
            faults);
    }

    /** The ledger of one repository as the checker takes it. A read shows every ref that anybody ever touched. */
    static List<dev.trine.lab.history.Operation> history(List<Operation> operations) {
        Set<String> refs = new HashSet<>();
        operations.forEach(operation -> {
            operation.changes().forEach(change -> refs.add(change.ref()));
            refs.addAll(operation.seen().keySet());
        });
        List<dev.trine.lab.history.Operation> history = new ArrayList<>();
        for (Operation operation : operations) {
            action(operation, refs).ifPresent(action -> history.add(new dev.trine.lab.history.Operation(
                "client " + operation.client(), action, operation.begun().toNanos(), end(operation))));
        }
        return history;
    }

    private static Optional<Action> action(Operation operation, Set<String> refs) {
        return switch (operation.outcome()) {
            case Outcome.Done done -> Optional.of(operation.kind().isPush() ? push(operation)
                : new Action.Read(refs.stream().collect(Collectors.toMap(ref -> ref,
                    ref -> Optional.ofNullable(operation.seen().get(ref))))));
            case Outcome.Rejected rejected -> Optional.of(new Action.Rejected(operation.changes().stream()
                .collect(Collectors.toMap(RefChange::ref, RefChange::before))));
            case Outcome.Unknown unknown -> operation.kind().isPush() ? Optional.of(push(operation)) : Optional.empty();
        };
    }

    private static Action push(Operation operation) {
        Map<String, Change> changes = new HashMap<>();
        operation.changes().forEach(change ->
            changes.put(change.ref(), new Change(change.before(), change.after())));
        return new Action.Push(changes);
    }

    private static long end(Operation operation) {
        return operation.outcome() instanceof Outcome.Unknown ? dev.trine.lab.history.Operation.NEVER
            : operation.ended().toNanos();
    }

    /** Each with a receipt, no version twice, none lower than that of a push that had ended before. */
    private CheckResult receipts() {
        List<String> faults = new ArrayList<>();
        int count = 0;
        for (List<Operation> operations : byRepository.values()) {
            List<Operation> pushes = operations.stream().filter(push -> push.kind().isPush() && push.isDone())
                .sorted(Comparator.comparing(Operation::begun)).toList();
            count += pushes.size();
            Map<Long, Operation> byVersion = new HashMap<>();
            for (Operation push : pushes) {
                receipt(push).ifPresentOrElse(receipt -> {
                    Operation other = byVersion.put(receipt.version(), push);
                    if (other != null) {
                        faults.add(describe(push) + " and " + describe(other) + " both made version "
                            + receipt.version());
                    }
                }, () -> faults.add(describe(push) + " was acknowledged without a receipt"));
            }
            faults.addAll(outOfOrder(byVersion));
        }
        return new CheckResult("Every acknowledged push has a receipt, and versions grow in real time",
            count + " acknowledged pushes", faults);
    }

    private static List<String> outOfOrder(Map<Long, Operation> byVersion) {
        List<String> faults = new ArrayList<>();
        Optional<Operation> latest = Optional.empty();
        for (Operation push : new TreeMap<>(byVersion).values()) {
            latest.filter(lower -> push.ended().compareTo(lower.begun()) < 0).ifPresent(lower ->
                faults.add(describe(push) + " ended before " + describe(lower) + " began, but has the higher version"));
            if (latest.isEmpty() || push.begun().compareTo(latest.get().begun()) > 0) {
                latest = Optional.of(push);
            }
        }
        return faults;
    }

    private static Optional<Receipt> receipt(Operation push) {
        return push.outcome() instanceof Outcome.Done done ? done.receipt() : Optional.empty();
    }

    private static String describe(Operation push) {
        return String.format("the push of client %d to %s at %.3f s", push.client(), push.repository(),
            push.begun().toNanos() / 1e9);
    }
}
