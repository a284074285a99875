package dev.trine.inspector.admin;

import dev.trine.inspector.cli.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Fetches a listing page by page, until the server says that there is no more. */
final class Pages {
    /** What the protocol allows at most. */
    static final int PAGE_MAX_ITEMS = 1000;

    private Pages() {
    }

    /** One page. */
    record Page<T>(List<T> items, boolean more) {
    }

    /**
     * All items.
     *
     * @param fetch gets the page of the items after a name; the empty name stands before all others
     * @param name  an item's name, by which the server orders them
     */
    static <T> List<T> all(Function<String, Page<T>> fetch, Function<T, String> name) {
        List<T> all = new ArrayList<>();
        String after = "";
        while (true) {
            Page<T> page = fetch.apply(after);
            all.addAll(page.items());
            if (!page.more()) {
                return all;
            }
            String last = page.items().isEmpty() ? after : name.apply(page.items().getLast());
            if (last.equals(after)) {
                throw new CommandFailure("the cluster promises more after '" + after + "' but sends nothing new");
            }
            after = last;
        }
    }
}
