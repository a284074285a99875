package dev.trine.server.replication;

import dev.trine.common.model.RefName;
import dev.trine.common.model.RefRejection;
import dev.trine.common.model.RefRejection.Reason;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares a ref transaction with the state that it would change. Reads only. */
final class TransactionCheck {
    private TransactionCheck() {
    }

    /** Why the transaction does not apply, for each of its refs; none: it applies. */
    static List<RefRejection> rejections(RefLayer before, List<RefUpdate> updates) {
        RefOverlay after = new RefOverlay(before);
        after.putAll(updates);
        List<RefRejection> rejections = new ArrayList<>();
        boolean rejected = false;
        for (RefUpdate update : updates) {
            Reason reason = Reason.TRANSACTION_ABORTED;
            if (!same(before.get(update.name()), update.oldValue())) {
                reason = Reason.STALE_OLD_VALUE;
            } else if (update.oldValue().isEmpty() && conflicts(after, update.name())) {
                reason = Reason.NAME_CONFLICT;
            }
            rejected |= reason != Reason.TRANSACTION_ABORTED;
            rejections.add(new RefRejection(update.name(), reason));
        }
        return rejected ? rejections : List.of();
    }

    /** Whether two values are the same for compare-and-set; empty: no ref. */
    static boolean same(Optional<RefValue> a, Optional<RefValue> b) {
        return a.isPresent() == b.isPresent() && (a.isEmpty() || a.get().sameAs(b.get()));
    }

    /** Whether a ref's name would be a directory of another ref, or another ref a directory of it. */
    private static boolean conflicts(RefLayer after, RefName name) {
        String value = name.value();
        for (int slash = value.indexOf('/'); slash >= 0; slash = value.indexOf('/', slash + 1)) {
            String directory = value.substring(0, slash);
            if (RefName.isLegal(directory) && after.get(new RefName(directory)).isPresent()) {
                return true;
            }
        }
        return after.anyUnder(value + "/", hidden -> false);
    }
}
