package dev.trine.server.replication;

import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Changes of refs over a layer of refs. */
final class RefOverlay implements RefLayer {
    private final RefLayer below;
    private final TreeMap<String, Changed> changes = new TreeMap<>();

    RefOverlay(RefLayer below) {
        this.below = below;
    }

    void put(RefName name, Optional<RefValue> value) {
        changes.put(name.value(), new Changed(name, value));
    }

    void putAll(List<RefUpdate> updates) {
        updates.forEach(update -> put(update.name(), update.newValue()));
    }

    @Override
    public Optional<RefValue> get(RefName name) {
        Changed changed = changes.get(name.value());
        return changed == null ? below.get(name) : changed.value();
    }

    @Override
    public boolean anyUnder(String prefix, Predicate<RefName> hidden) {
        for (Changed changed : changes.tailMap(prefix, true).values()) {
            if (!changed.name().value().startsWith(prefix)) {
                break;
            }
            if (changed.value().isPresent() && !hidden.test(changed.name())) {
                return true;
            }
        }
        return below.anyUnder(prefix, name -> hidden.test(name) || changes.containsKey(name.value()));
    }

    private record Changed(RefName name, Optional<RefValue> value) {
    }
}
