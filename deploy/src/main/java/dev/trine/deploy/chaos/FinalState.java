package dev.trine.deploy.chaos;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.RefsDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * All refs of one repository as a client sees them.
 *
 * @param refs   object ids by full name
 * @param symref target of HEAD
 */
record FinalState(Map<String, String> refs, String symref) {
    private static final String HEAD = "HEAD";
    private static final String SYMBOLIC = "ref: ";
    private static final String DEFAULT_BRANCH = "refs/heads/main";

    /** Reads the output of {@code git ls-remote --symref}, which tells nothing of a HEAD that points nowhere. */
    static FinalState parse(String listing) {
        Map<String, String> refs = new TreeMap<>();
        String symref = DEFAULT_BRANCH;
        for (String line : listing.lines().toList()) {
            String[] parts = line.split("\t", 2);
            if (parts[0].startsWith(SYMBOLIC)) {
                symref = parts[0].substring(SYMBOLIC.length());
            } else if (!parts[1].equals(HEAD)) {
                refs.put(parts[1], parts[0]);
            }
        }
        return new FinalState(refs, symref);
    }

    /** The digest that a replica with exactly these refs publishes, hexadecimal. */
    String digest() {
        Map<RefName, RefValue> values = new HashMap<>();
        refs.forEach((name, id) -> values.put(new RefName(name), new RefValue.Direct(new ObjectName(id))));
        values.put(new RefName(HEAD), new RefValue.Symbolic(new RefName(symref)));
        return RefsDigest.EMPTY.with(values).sha256().hex();
    }
}
