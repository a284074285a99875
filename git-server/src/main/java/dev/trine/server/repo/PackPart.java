package dev.trine.server.repo;

import java.util.Arrays;

/** The files that one pack consists of. Each ends in the SHA-1 of all before, and names the pack that it belongs to. */
enum PackPart {
    /** The objects. */
    PACK("pack"),
    /** Where which object lies. */
    INDEX("idx"),
    /** What the tips reach; only some packs have one. */
    BITMAP("bitmap");

    private static final int BITMAP_HEADER_BYTES = 12;

    private final String extension;

    PackPart(String extension) {
        this.extension = extension;
    }

    /** What its name ends in. */
    String extension() {
        return extension;
    }

    static PackPart of(String extension) {
        return Arrays.stream(values()).filter(part -> part.extension.equals(extension)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no part of a pack ends in " + extension));
    }

    /** Offset of the 20 bytes of the pack's name in a file of that length. */
    long nameAt(long bytes) {
        return switch (this) {
            case PACK -> bytes - VerifiedFile.CHECKSUM_BYTES;
            case INDEX -> bytes - 2L * VerifiedFile.CHECKSUM_BYTES;
            case BITMAP -> BITMAP_HEADER_BYTES;
        };
    }
}
