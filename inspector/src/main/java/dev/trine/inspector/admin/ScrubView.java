package dev.trine.inspector.admin;

import dev.trine.proto.ScrubStatus;

/**
 * How far a node's slow verification of all packs is.
 *
 * @param rounds  complete ones
 * @param packs   verified since the node started
 * @param bytes   read for that
 * @param damaged packs among them
 * @param running whether a round is under way
 */
record ScrubView(long rounds, long packs, long bytes, long damaged, boolean running) {
    static ScrubView of(ScrubStatus status) {
        return new ScrubView(status.getRounds(), status.getPacks(), status.getBytes(), status.getDamaged(),
            !status.getAfterRepoId().isEmpty());
    }

    /** In a table. */
    String text() {
        return packs + " packs, " + damaged + " damaged";
    }
}
