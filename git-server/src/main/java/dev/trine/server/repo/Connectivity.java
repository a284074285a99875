package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import java.util.Map;
import java.util.Set;

/** What the connectivity check found. */
public sealed interface Connectivity {
    /** All that the tips reach is there, and stays there. */
    record Complete() implements Connectivity {
    }

    /**
     * Some tips reach an object that is missing, or that lies around although nothing committed reaches it.
     *
     * @param missingByTip for each such tip, one missing object that it reaches
     */
    record Incomplete(Map<ObjectName, ObjectName> missingByTip) implements Connectivity {
        public Incomplete {
            missingByTip = Map.copyOf(missingByTip);
        }

        /** The tips. */
        public Set<ObjectName> tips() {
            return missingByTip.keySet();
        }
    }
}
