package dev.trine.server.repo;

/** What came of reading a packfile from a client. */
public sealed interface ReceivedPack {
    /**
     * On this disk with its index, and durable once its sync has ended; complete in itself (a thin pack has been
     * completed), every object well formed. Listed nowhere yet.
     *
     * @param pin           holds the pack; the caller closes it once the pack is listed, or not wanted
     * @param stored        what lies on disk
     * @param sync          to be waited for before the pack is listed
     * @param selfContained whether every object that an object of the pack names is in the pack too
     */
    record Indexed(PackPin pin, StoredPack stored, PackSync sync, boolean selfContained) implements ReceivedPack {
    }

    /** A pack of no objects: sound, nothing to keep. */
    record Empty() implements ReceivedPack {
    }

    /** Corrupt, or with a malformed object, or over a limit; one sentence says which. Nothing is kept. */
    record Unusable(String why) implements ReceivedPack {
    }
}
