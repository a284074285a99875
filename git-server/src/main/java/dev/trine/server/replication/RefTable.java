package dev.trine.server.replication;

import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * The refs of a repository at one committed position, read only and unchanging while the reader looks.
 * Names are ordered as {@link RefName} orders them.
 */
public interface RefTable {
    /** What a ref holds; empty: it does not exist. */
    Optional<RefValue> get(RefName name);

    /**
     * Visits the refs whose full names start with a prefix, in order of name, until the visitor returns false.
     *
     * @param prefix any text, for example "refs/heads/" or ""; need not end at a slash
     */
    void scan(String prefix, BiPredicate<RefName, RefValue> visitor);
}
