package dev.trine.server.upload;

import dev.trine.common.model.RefName;
import dev.trine.server.pkt.ProtocolErrorException;
import dev.trine.server.pkt.ResolvedRefs;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.lib.ObjectId;

/** Collects the lines of a fetch request, with the checks and words of git upload-pack, up to the limits. */
final class FetchArguments {
    /** How a line begins that names an object which the client has. */
    static final String HAVE = "have ";
    private static final int ID_DIGITS = 40;

    private final ResolvedRefs refs;
    private final UploadLimits limits;
    // Ordered, not hashed: whoever names objects can make the hashes of their names equal.
    private final Set<ObjectId> wants = new TreeSet<>();
    private final SortedMap<String, ObjectId> wantedRefs = new TreeMap<>();
    private final Set<ObjectId> had = new TreeSet<>();
    private final List<ObjectId> haves = new ArrayList<>();
    private final Set<ObjectId> shallow = new TreeSet<>();
    private final List<ObjectId> deepenNot = new ArrayList<>();
    private final Set<FetchOption> options = EnumSet.noneOf(FetchOption.class);
    private Optional<Filter> filter = Optional.empty();
    private int depth;
    private long sinceSeconds;

    FetchArguments(ResolvedRefs refs, UploadLimits limits) {
        this.refs = refs;
        this.limits = limits;
    }

    /** Takes one line; false: it is none that this class knows. */
    boolean accept(String line) throws ProtocolErrorException {
        int space = line.indexOf(' ');
        String word = space < 0 ? line : line.substring(0, space);
        String value = space < 0 ? "" : line.substring(space + 1);
        switch (word) {
            case "want" -> want(id(value, line));
            case "have" -> have(id(value, line));
            case "shallow" -> shallow(id(value, line));
            case "deepen" -> depth = positive(value, "Invalid deepen: " + value);
            case "deepen-since" -> sinceSeconds = time(value);
            case "deepen-not" -> deepenNot(value);
            case "filter" -> filter(value);
            default -> {
                return false;
            }
        }
        return true;
    }

    void add(FetchOption option) {
        options.add(option);
    }

    /** Takes a line "have ID", and returns the id. */
    ObjectId have(String line) throws ProtocolErrorException {
        ObjectId id = id(line.substring(HAVE.length()), line);
        have(id);
        return id;
    }

    private void have(ObjectId id) throws ProtocolErrorException {
        if (had.add(id)) {
            haves.add(id);
        }
        requireAtMost(limits.havesMax(), haves.size(), "haves in one fetch", "fetch.haves-max");
    }

    /** Takes a ref that is wanted by its full name. */
    void wantRef(String name) throws ProtocolErrorException {
        Optional<ObjectId> id = RefName.isLegal(name) ? refs.id(new RefName(name)) : Optional.empty();
        if (wantedRefs.containsKey(name)) {
            throw new ProtocolErrorException("duplicate want-ref " + name);
        }
        wantedRefs.put(name, id.orElseThrow(() -> new ProtocolErrorException("unknown ref " + name)));
        want(wantedRefs.get(name));
    }

    FetchRequest build() throws ProtocolErrorException {
        if (depth > 0 && (sinceSeconds > 0 || !deepenNot.isEmpty())) {
            throw new ProtocolErrorException(
                "git upload-pack: deepen and deepen-since (or deepen-not) cannot be used together");
        }
        return new FetchRequest(wants, wantedRefs, haves, shallow, deepen(), filter.orElse(new Filter.Everything()),
            options);
    }

    private Deepen deepen() {
        if (depth > 0) {
            return options.contains(FetchOption.DEEPEN_RELATIVE) && depth != Deepen.ToDepth.INFINITE
                ? new Deepen.ByDepth(depth) : new Deepen.ToDepth(depth);
        }
        return sinceSeconds > 0 || !deepenNot.isEmpty() ? new Deepen.Excluding(sinceSeconds, deepenNot)
            : new Deepen.Unchanged();
    }

    private void want(ObjectId id) throws ProtocolErrorException {
        wants.add(id);
        requireAtMost(limits.wantsMax(), wants.size(), "wants in one fetch", "fetch.wants-max");
    }

    private void shallow(ObjectId id) throws ProtocolErrorException {
        shallow.add(id);
        requireAtMost(limits.shallowMax(), shallow.size(), "shallow commits in one fetch", "fetch.shallow-max");
    }

    private void deepenNot(String ref) throws ProtocolErrorException {
        deepenNot.add(refs.expand(ref).orElseThrow(
            () -> new ProtocolErrorException("git upload-pack: ambiguous deepen-not: " + ref)));
        requireAtMost(limits.deepenNotMax(), deepenNot.size(), "excluded refs in one fetch", "fetch.deepen-not-max");
    }

    private static void requireAtMost(int limit, int count, String what, String setting)
        throws ProtocolErrorException {
        if (count > limit) {
            throw new ProtocolErrorException("more than " + limit + ' ' + what
                + ", the limit of this server (" + setting + "); fetch fewer refs at a time");
        }
    }

    private void filter(String spec) throws ProtocolErrorException {
        if (filter.isPresent()) {
            throw new ProtocolErrorException("multiple filter-specs cannot be combined");
        }
        if (spec.length() > limits.filterMax()) {
            throw new ProtocolErrorException("a filter-spec of " + spec.length() + " characters, at most "
                + limits.filterMax() + " are accepted (fetch.filter-max)");
        }
        filter = Optional.of(Filter.parse(spec));
    }

    private static ObjectId id(String text, String line) throws ProtocolErrorException {
        if (!isId(text)) {
            throw new ProtocolErrorException("git upload-pack: protocol error, expected to get object ID, not '"
                + line + "'");
        }
        return ObjectId.fromString(text);
    }

    /** Whether that is an object id; unlike JGit's own test this knows letters of other alphabets from digits. */
    static boolean isId(String text) {
        return text.length() == ID_DIGITS && text.chars().allMatch(c -> c < 0x80 && Character.digit(c, 16) >= 0);
    }

    private static int positive(String text, String error) throws ProtocolErrorException {
        try {
            int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new ProtocolErrorException(error);
        }
        throw new ProtocolErrorException(error);
    }

    private static long time(String text) throws ProtocolErrorException {
        String error = "Invalid deepen-since: " + text;
        try {
            long seconds = Long.parseLong(text);
            if (seconds > 0) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            throw new ProtocolErrorException(error);
        }
        throw new ProtocolErrorException(error);
    }
}
