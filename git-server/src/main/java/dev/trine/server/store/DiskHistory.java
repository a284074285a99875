package dev.trine.server.store;

import dev.trine.common.model.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * What tells this disk from an older copy of itself, which has its incarnation and everything else. Two witnesses:
 * where the file of the incarnation lies, which no copy of files can repeat; and how far the disks of other members
 * were when this node last heard of them, which is what those ask for when they start. Called by many threads.
 */
public final class DiskHistory {
    private static final int MEMBERS_MAX = 10_000;

    private final Database database;
    private final Path incarnation;
    private final LongSupplier durable;
    private final FatalHandler fatal;
    private final Map<Member, Long> heard = new ConcurrentHashMap<>();

    /**
     * Reads what is remembered of other members.
     *
     * @param incarnation file that was written once, when the disk was formatted
     * @param durable     number of this disk's last durable write
     */
    DiskHistory(Database database, Path incarnation, LongSupplier durable, FatalHandler fatal) {
        this.database = database;
        this.incarnation = incarnation;
        this.durable = durable;
        this.fatal = fatal;
        heard.putAll(database.newest().all(Keys.heards(), pair -> Decoder.decode(pair.value(), "heard of a member",
            from -> Map.entry(from.member(), from.number()))).stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** Number of this disk's last durable write: it never falls while the disk remembers all that it promised. */
    public long sequence() {
        return durable.getAsLong();
    }

    /** The greatest number that was heard of another disk; 0: none. */
    public long heard(Member member) {
        return heard.getOrDefault(member, 0L);
    }

    /** Another disk says how far it is. Remembered durably with the next batch of any replica. */
    public void heard(Member member, long sequence) {
        if (heard.size() < MEMBERS_MAX || heard.containsKey(member)) {
            heard.merge(member, sequence, Math::max);
        }
    }

    /** Remembers what was heard together with a batch that may rest upon it. */
    void addTo(Write write) {
        heard.forEach((member, sequence) ->
            write.put(Keys.heard(member), new Encoder().member(member).number(sequence).toBytes()));
    }

    /** Whether the files are where the database knows them to be: they were not copied. */
    public boolean isInPlace() {
        return database.newest().get(Keys.PLACE)
            .map(place -> new String(place, StandardCharsets.UTF_8).equals(place())).orElse(false);
    }

    /** From now on the files are known to be where they are. */
    public void settle() {
        try (Write write = database.write()) {
            write.put(Keys.PLACE, place().getBytes(StandardCharsets.UTF_8));
            write.sync();
        }
    }

    private String place() {
        try {
            Map<String, Object> attributes = Files.readAttributes(incarnation, "unix:ino,ctime");
            return attributes.get("ino") + " " + ((FileTime) attributes.get("ctime")).toInstant();
        } catch (IOException e) {
            throw new StoreException("place of " + incarnation, e);
        }
    }

    /** The disk is an older copy of itself: ends the process. */
    public void isOld(Member witness, long heardThere) {
        fatal.fatal("this data directory is an older copy: " + witness.node() + " heard from this disk of write "
            + heardThere + ", and it ends with write " + sequence() + "; it counts as lost: move it aside, start with"
            + " an empty one, then replace this node (trine node replace)",
            new IllegalStateException("writes that were acknowledged are missing"));
    }
}
