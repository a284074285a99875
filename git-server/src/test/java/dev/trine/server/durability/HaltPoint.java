package dev.trine.server.durability;

/**
 * A point between two changes of a node's disk at which it can be killed. Whatever a node does, it changes its disk
 * through its store and through its pack files only: these are all the changes that there are.
 */
public enum HaltPoint {
    /** An empty replica is about to be stored. */
    BEFORE_CREATE,
    /** It is stored. */
    AFTER_CREATE,
    /** The replica of one who learns is about to be stored. */
    BEFORE_LEARN,
    /** It is stored. */
    AFTER_LEARN,
    /** A pack has its bytes, in a temporary file. */
    BEFORE_PACK_SYNC,
    /** Pack and index are synced under temporary names. */
    AFTER_INDEX_SYNC,
    /** The pack has its name, the index has not. */
    AFTER_PACK_RENAME,
    /** Both have their names. */
    AFTER_INDEX_RENAME,
    /** The names are synced. */
    AFTER_DIRECTORY_SYNC,
    /** A file that was copied from another node has a second name, which is not yet that of a pack. */
    AFTER_COPY_LINK,
    /** The bitmap has its name. */
    AFTER_BITMAP_RENAME,
    /** Of a pack that nobody lists any more the index is gone. */
    AFTER_INDEX_DELETE,
    /** And the pack. */
    AFTER_PACK_DELETE,
    /** A push is about to be listed as staged. */
    BEFORE_STAGE,
    /** It is listed. */
    AFTER_STAGE,
    /** An epoch is about to be promised. */
    BEFORE_PROMISE,
    /** It is promised. */
    AFTER_PROMISE,
    /** Entries are about to be appended. */
    BEFORE_APPEND,
    /** They are appended. */
    AFTER_APPEND,
    /** Refs and packs are about to change. */
    BEFORE_COMMIT,
    /** They have changed. */
    AFTER_COMMIT,
    /** Old entries are about to be dropped. */
    BEFORE_LOG_COMPACTION,
    /** They are dropped. */
    AFTER_LOG_COMPACTION,
    /** Some refs of a pulled state are stored beside the present ones. */
    AFTER_PULLED_REFS,
    /** The pulled state is about to be switched to. */
    BEFORE_SWITCH,
    /** It is switched to. */
    AFTER_SWITCH,
    /** Rewritten packs are about to take the place of others. */
    BEFORE_SWAP,
    /** They have. */
    AFTER_SWAP,
    /** A new generation is about to begin for this node. */
    BEFORE_GENERATION,
    /** It has begun. */
    AFTER_GENERATION,
    /** The contents of a repository that this node holds no longer are about to be deleted. */
    BEFORE_CONTENTS_DELETED,
    /** They are deleted, its pack files are not. */
    AFTER_CONTENTS_DELETED
}
