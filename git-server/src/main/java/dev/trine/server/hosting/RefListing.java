package dev.trine.server.hosting;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.RefTable;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Lists the refs of one state in order of name, most of them in the form in which Git's protocol sends them. */
@FunctionalInterface
public interface RefListing {
    /**
     * Shows the refs whose full names start with a prefix, all of them, in order of name.
     *
     * @param prefix any text, for example "refs/heads/" or ""; need not end at a slash
     * @throws IOException the visitor's
     */
    void list(String prefix, Visitor visitor) throws IOException;

    /** Is shown the refs. */
    interface Visitor {
        /**
         * Some refs that hold an object which is not an annotated tag: whole pkt-lines of object id, space, name and
         * line feed. The bytes are shared, and must not be changed.
         */
        void lines(byte[] bytes, int offset, int length) throws IOException;

        /** One ref, of any kind. */
        void ref(RefName name, RefValue value) throws IOException;
    }

    /** Reads a table anew each time. */
    static RefListing of(RefTable refs) {
        return (prefix, visitor) -> {
            try {
                refs.scan(prefix, (name, value) -> {
                    try {
                        visitor.ref(name, value);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return true;
                });
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        };
    }
}
