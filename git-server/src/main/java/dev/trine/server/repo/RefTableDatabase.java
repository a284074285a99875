package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.RefTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefDatabase;
import org.eclipse.jgit.lib.RefRename;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.ReflogReader;
import org.eclipse.jgit.lib.SymbolicRef;
import org.eclipse.jgit.util.RefList;
import org.eclipse.jgit.util.RefMap;
import org.jspecify.annotations.Nullable;

/**
 * A table of refs as JGit reads it: every ref arrives peeled, prefixes are range scans, and writing fails, because refs
 * change only through the repository's log. A symbolic ref to a ref that does not exist is shown when asked for by
 * name, as Git does, and left out of listings.
 */
final class RefTableDatabase extends RefDatabase {
    private final RefTable table;

    RefTableDatabase(RefTable table) {
        this.table = table;
    }

    @Override
    public @Nullable Ref exactRef(String name) {
        return read(name, 0).orElse(null);
    }

    private Optional<Ref> read(String name, int depth) {
        if (!RefName.isLegal(name)) {
            return Optional.empty();
        }
        return table.get(new RefName(name)).flatMap(value -> resolve(name, value, depth));
    }

    private Optional<Ref> resolve(String name, RefValue value, int depth) {
        return switch (value) {
            case RefValue.Direct direct -> Optional.of(direct(name, direct));
            case RefValue.Symbolic symbolic -> {
                if (depth >= MAX_SYMBOLIC_REF_DEPTH) {
                    yield Optional.empty();
                }
                String target = symbolic.target().value();
                Ref leaf = read(target, depth + 1)
                    .orElseGet(() -> new ObjectIdRef.Unpeeled(Ref.Storage.NEW, target, null));
                yield Optional.of(new SymbolicRef(name, leaf));
            }
        };
    }

    private static Ref direct(String name, RefValue.Direct value) {
        ObjectId id = ObjectId.fromString(value.id().hex());
        return value.peeled()
            .map(ObjectName::hex)
            .<Ref>map(peeled -> new ObjectIdRef.PeeledTag(Ref.Storage.PACKED, name, id, ObjectId.fromString(peeled)))
            .orElseGet(() -> new ObjectIdRef.PeeledNonTag(Ref.Storage.PACKED, name, id));
    }

    @Override
    public List<Ref> getRefsByPrefix(String prefix) {
        List<Ref> refs = new ArrayList<>();
        scan(prefix, refs::add);
        return Collections.unmodifiableList(refs);
    }

    private void scan(String prefix, Consumer<Ref> sink) {
        table.scan(prefix, (name, value) -> {
            resolve(name.value(), value, 0).filter(ref -> ref.getObjectId() != null).ifPresent(sink);
            return true;
        });
    }

    @Override
    @Deprecated
    public Map<String, Ref> getRefs(String prefix) {
        RefList.Builder<Ref> refs = new RefList.Builder<>();
        scan(prefix, refs::add);
        refs.sort(); // the table is in order of bytes; RefMap searches in order of UTF-16 units
        return new RefMap(prefix, refs.toRefList(), RefList.emptyList(), RefList.emptyList());
    }

    @Override
    public List<Ref> getRefsByPrefixWithExclusions(String include, Set<String> excludes) {
        List<Ref> refs = new ArrayList<>();
        scan(include, ref -> {
            if (excludes.stream().noneMatch(ref.getName()::startsWith)) {
                refs.add(ref);
            }
        });
        return Collections.unmodifiableList(refs);
    }

    @Override
    public Set<Ref> getTipsWithSha1(ObjectId id) {
        Set<Ref> tips = new HashSet<>();
        scan(ALL, ref -> {
            if (id.equals(ref.getObjectId()) || id.equals(ref.getPeeledObjectId())) {
                tips.add(ref);
            }
        });
        return tips;
    }

    @Override
    public boolean hasRefs() {
        AtomicBoolean found = new AtomicBoolean();
        table.scan("refs/", (name, value) -> {
            found.set(true);
            return false;
        });
        return found.get();
    }

    @Override
    public List<Ref> getAdditionalRefs() {
        return List.of();
    }

    @Override
    public Ref peel(Ref ref) {
        return ref; // every ref arrives peeled
    }

    @Override
    public boolean isNameConflicting(String name) {
        return !getConflictingNames(name).isEmpty();
    }

    @Override
    public Collection<String> getConflictingNames(String name) {
        List<String> conflicting = new ArrayList<>();
        for (int slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
            String parent = name.substring(0, slash);
            if (RefName.isLegal(parent) && table.get(new RefName(parent)).isPresent()) {
                return List.of(parent);
            }
        }
        table.scan(name + "/", (child, value) -> conflicting.add(child.value()));
        return conflicting;
    }

    @Override
    public boolean performsAtomicTransactions() {
        return true; // the log does
    }

    @Override
    public void create() {
        // repositories are created by the log
    }

    @Override
    public void close() {
        // the table is the caller's
    }

    @Override
    public RefUpdate newUpdate(String name, boolean detach) {
        throw readOnly();
    }

    @Override
    public RefRename newRename(String from, String to) {
        throw readOnly();
    }

    @Override
    public ReflogReader getReflogReader(Ref ref) {
        throw new UnsupportedOperationException("refs have no reflog of Git's kind");
    }

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("refs change only through the repository's log");
    }
}
