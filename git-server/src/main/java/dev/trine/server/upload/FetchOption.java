package dev.trine.server.upload;

import java.util.Map;
import java.util.Optional;

/** What a client may ask for in a fetch by a word of its own. */
enum FetchOption {
    THIN_PACK("thin-pack"),
    NO_PROGRESS("no-progress"),
    INCLUDE_TAG("include-tag"),
    OFS_DELTA("ofs-delta"),
    DEEPEN_RELATIVE("deepen-relative"),
    WAIT_FOR_DONE("wait-for-done"),
    SIDEBAND_ALL("sideband-all"),
    DONE("done"),
    SIDE_BAND("side-band"),
    SIDE_BAND_64K("side-band-64k"),
    MULTI_ACK("multi_ack"),
    MULTI_ACK_DETAILED("multi_ack_detailed"),
    NO_DONE("no-done");

    private static final Map<String, FetchOption> BY_WORD = byWord();

    private final String word;

    FetchOption(String word) {
        this.word = word;
    }

    /** The option of that word. */
    static Optional<FetchOption> of(String word) {
        return Optional.ofNullable(BY_WORD.get(word));
    }

    private static Map<String, FetchOption> byWord() {
        Map<String, FetchOption> options = new java.util.HashMap<>();
        for (FetchOption option : values()) {
            options.put(option.word, option);
        }
        return Map.copyOf(options);
    }
}
