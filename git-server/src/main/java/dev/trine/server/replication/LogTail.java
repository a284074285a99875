package dev.trine.server.replication;

import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The entries of a log above its base, without gaps. Epochs never fall along it, chain values link it. */
final class LogTail {
    /** Keeps a message with many entries well below the size that a peer accepts. */
    private static final int CHUNK_UPDATES = 10_000;

    private final List<Logged> entries = new ArrayList<>();
    private final Map<PushId, Long> versions = new HashMap<>();
    private Position base;
    private Chain baseChain;

    LogTail(Position base, Chain baseChain) {
        this.base = base;
        this.baseChain = baseChain;
    }

    Position base() {
        return base;
    }

    Chain baseChain() {
        return baseChain;
    }

    Position last() {
        return entries.isEmpty() ? base : entries.getLast().position();
    }

    /** Position of the entry of that version, which must be in [base, last]. */
    Position positionAt(long version) {
        return version == base.version() ? base : at(version).position();
    }

    Chain chainAt(long version) {
        return version == base.version() ? baseChain : at(version).chain();
    }

    /** The entry of that version, which must be in (base, last]. */
    Logged at(long version) {
        return entries.get(Math.toIntExact(version - base.version() - 1));
    }

    /** Whether this log has exactly that entry, as far as it is still kept. */
    boolean holds(Position position) {
        return position.version() >= base.version() && position.version() <= last().version()
            && positionAt(position.version()).equals(position);
    }

    /** Entries from that version on: at most so many, and unless it is one, about {@link #CHUNK_UPDATES} updates. */
    List<Logged> from(long version, int most) {
        int start = Math.toIntExact(version - base.version() - 1);
        int end = start;
        int updates = 0;
        while (end < entries.size() && end - start < most && (end == start || updates < CHUNK_UPDATES)) {
            updates += entries.get(end).entry() instanceof LogEntry.Push push ? push.updates().size() : 0;
            end++;
        }
        return List.copyOf(entries.subList(start, end));
    }

    /** Version of the newest entry here that carries out or aborts a push; -1: there is none. */
    long pushVersion(PushId push) {
        return versions.getOrDefault(push, -1L);
    }

    void append(List<Logged> more) {
        for (Logged entry : more) {
            Position last = last();
            BrokenInvariant.check(entry.version() == last.version() + 1, "a log has no gaps", last, entry.position());
            BrokenInvariant.check(!entry.position().epoch().isBefore(last.epoch()), "epochs never fall along a log",
                last, entry.position());
            BrokenInvariant.check(entry.chain().equals(chainAt(last.version()).then(entry.entry())),
                "the chain links an entry to its predecessors", last, entry.position());
            entries.add(entry);
            index(entry);
        }
    }

    void truncateFrom(long version) {
        entries.subList(Math.toIntExact(version - base.version() - 1), entries.size()).clear();
        reindex();
    }

    void dropUpTo(long version) {
        Position newBase = positionAt(version);
        Chain newChain = chainAt(version);
        entries.subList(0, Math.toIntExact(version - base.version())).clear();
        base = newBase;
        baseChain = newChain;
        reindex();
    }

    void reset(Position newBase, Chain newChain) {
        entries.clear();
        versions.clear();
        base = newBase;
        baseChain = newChain;
    }

    private void reindex() {
        versions.clear();
        entries.forEach(this::index);
    }

    private void index(Logged logged) {
        switch (logged.entry()) {
            case LogEntry.Push push -> versions.put(push.pushId(), logged.version());
            case LogEntry.Abort abort -> versions.put(abort.pushId(), logged.version());
            case LogEntry.Noop noop -> { }
            case LogEntry.Seal seal -> { }
        }
    }
}
