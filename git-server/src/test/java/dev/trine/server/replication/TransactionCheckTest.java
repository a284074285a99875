package dev.trine.server.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefRejection;
import dev.trine.common.model.RefRejection.Reason;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every transaction of up to two updates over four names, against every state, compared with what Git allows. */
class TransactionCheckTest {
    private static final List<RefName> NAMES = List.of(new RefName("refs/heads/a"), new RefName("refs/heads/a/b"),
        new RefName("refs/heads/a/b/c"), new RefName("refs/heads/a-b"));
    private static final List<Optional<RefValue>> VALUES = List.of(Optional.empty(), value("1"), value("2"));

    @Test
    void aTransactionAppliesIffEveryOldValueIsRightAndNoNameIsADirectoryOfAnother() {
        for (Map<RefName, RefValue> before : states()) {
            List<RefUpdate> updates = updates();
            for (RefUpdate one : updates) {
                check(before, List.of(one));
                updates.stream().filter(other -> !other.name().equals(one.name()))
                    .forEach(other -> check(before, List.of(one, other)));
            }
        }
    }

    @Test
    void anAtomicTransactionIsRejectedWhole() {
        List<RefRejection> rejections = rejections(Map.of(), List.of(
            new RefUpdate(NAMES.get(0), value("1"), value("2")),
            new RefUpdate(NAMES.get(3), Optional.empty(), value("1"))));
        assertThat(rejections).containsExactly(new RefRejection(NAMES.get(0), Reason.STALE_OLD_VALUE),
            new RefRejection(NAMES.get(3), Reason.TRANSACTION_ABORTED));
    }

    @Test
    void aRefMayTakeThePlaceOfADirectoryThatTheSameTransactionEmpties() {
        assertThat(rejections(Map.of(NAMES.get(1), value("1").orElseThrow()), List.of(
            new RefUpdate(NAMES.get(1), value("1"), Optional.empty()),
            new RefUpdate(NAMES.get(0), Optional.empty(), value("2"))))).isEmpty();
    }

    @Test
    void twoNewRefsOfOneTransactionMayNotConflictEither() {
        assertThat(rejections(Map.of(), List.of(new RefUpdate(NAMES.get(0), Optional.empty(), value("1")),
            new RefUpdate(NAMES.get(2), Optional.empty(), value("1"))))).extracting(RefRejection::reason)
            .containsOnly(Reason.NAME_CONFLICT);
    }

    @Test
    void aPeeledIdDoesNotMatterToTheComparison() {
        ObjectName tag = new ObjectName("1".repeat(40));
        RefValue peeled = new RefValue.Direct(tag, Optional.of(new ObjectName("2".repeat(40))));
        assertThat(rejections(Map.of(NAMES.get(0), peeled), List.of(new RefUpdate(NAMES.get(0),
            Optional.of(new RefValue.Direct(tag)), Optional.empty())))).isEmpty();
    }

    @Test
    void aSymbolicRefIsComparedByItsTarget() {
        RefValue main = new RefValue.Symbolic(NAMES.get(0));
        RefValue other = new RefValue.Symbolic(NAMES.get(3));
        List<RefUpdate> expectingMain = List.of(new RefUpdate(RefName.HEAD, Optional.of(main), Optional.of(other)));
        assertThat(rejections(Map.of(RefName.HEAD, main), expectingMain)).isEmpty();
        assertThat(rejections(Map.of(RefName.HEAD, other), expectingMain)).hasSize(1);
    }

    private static void check(Map<RefName, RefValue> before, List<RefUpdate> updates) {
        assertThat(rejections(before, updates).isEmpty()).as("%s on %s", updates, before)
            .isEqualTo(applies(before, updates));
    }

    /** The rule, said another way: apply it, then look whether the state is one that Git could hold. */
    private static boolean applies(Map<RefName, RefValue> before, List<RefUpdate> updates) {
        Map<RefName, RefValue> after = new TreeMap<>(before);
        for (RefUpdate update : updates) {
            if (!Optional.ofNullable(before.get(update.name())).equals(update.oldValue())) {
                return false;
            }
            after.remove(update.name());
            update.newValue().ifPresent(value -> after.put(update.name(), value));
        }
        return isLegal(after.keySet());
    }

    private static boolean isLegal(Set<RefName> names) {
        return names.stream().noneMatch(one ->
            names.stream().anyMatch(other -> other.value().startsWith(one.value() + "/")));
    }

    private static List<RefRejection> rejections(Map<RefName, RefValue> before, List<RefUpdate> updates) {
        SimulatedDisk disk = new SimulatedDisk(ReplicaState.learner());
        disk.refs().putAll(before);
        return TransactionCheck.rejections(RefLayer.of(() -> disk), updates);
    }

    /** Every state of the names that Git could hold. */
    private static List<Map<RefName, RefValue>> states() {
        List<Map<RefName, RefValue>> states = new ArrayList<>(List.of(Map.of()));
        for (RefName name : NAMES) {
            for (Map<RefName, RefValue> state : List.copyOf(states)) {
                for (Optional<RefValue> value : VALUES.subList(1, VALUES.size())) {
                    Map<RefName, RefValue> more = new TreeMap<>(state);
                    more.put(name, value.orElseThrow());
                    states.add(more);
                }
            }
        }
        states.removeIf(state -> !isLegal(new HashSet<>(state.keySet())));
        return states;
    }

    private static List<RefUpdate> updates() {
        List<RefUpdate> updates = new ArrayList<>();
        for (RefName name : NAMES) {
            for (Optional<RefValue> old : VALUES) {
                VALUES.stream().filter(value -> old.isPresent() || value.isPresent())
                    .forEach(value -> updates.add(new RefUpdate(name, old, value)));
            }
        }
        return updates;
    }

    private static Optional<RefValue> value(String digit) {
        return Optional.of(new RefValue.Direct(new ObjectName(digit.repeat(40))));
    }
}
