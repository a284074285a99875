package dev.trine.server.content;

/** How the files of an archive are put together. */
public enum ArchiveFormat {
    /** tar in gzip. */
    TAR_GZ,
    /** zip. */
    ZIP
}
