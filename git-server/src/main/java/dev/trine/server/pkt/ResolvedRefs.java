package dev.trine.server.pkt;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.RefListing;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.replication.RefTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.ObjectId;

/** The refs of a view as clients see them: symbolic refs followed to what they name in the end. */
public final class ResolvedRefs {
    private static final int SYMREF_HOPS_MAX = 5;
    private static final List<String> RULES =
        List.of("%s", "refs/%s", "refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD");

    private final RefTable table;
    private final RefListing listing;

    /** Those of that view. */
    public ResolvedRefs(RepositoryView view) {
        this.table = view.refs();
        this.listing = view.listing();
    }

    /** The refs as they are. */
    public RefTable table() {
        return table;
    }

    /** The refs as they are, all those with a prefix. */
    public RefListing listing() {
        return listing;
    }

    /** What a value names in the end; empty: a symbolic ref to what does not exist. */
    public Optional<RefValue.Direct> follow(RefValue value) {
        RefValue current = value;
        for (int hop = 0; hop <= SYMREF_HOPS_MAX; hop++) {
            switch (current) {
                case RefValue.Direct direct -> {
                    return Optional.of(direct);
                }
                case RefValue.Symbolic symbolic -> {
                    Optional<RefValue> target = table.get(symbolic.target());
                    if (target.isEmpty()) {
                        return Optional.empty();
                    }
                    current = target.get();
                }
            }
        }
        return Optional.empty();
    }

    /** The id that a ref holds in the end; empty: there is none. */
    public Optional<ObjectId> id(RefName name) {
        return table.get(name).flatMap(this::follow).map(direct -> ObjectId.fromString(direct.id().hex()));
    }

    /** The one object that a short ref name may mean; empty: it means none, or more than one. */
    public Optional<ObjectId> expand(String name) {
        Set<ObjectId> found = RULES.stream().map(rule -> rule.replace("%s", name)).filter(RefName::isLegal)
            .flatMap(full -> id(new RefName(full)).stream()).collect(Collectors.toSet());
        return found.size() == 1 ? Optional.of(found.iterator().next()) : Optional.empty();
    }
}
