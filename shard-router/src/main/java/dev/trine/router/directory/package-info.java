/**
 * Who and where, whatever happens to the metadata database: its word while it answers, and the last known word, with
 * its age, while it does not. Start at {@link dev.trine.router.directory.Directory}. RocksDB stays in this package.
 */
@NullMarked
package dev.trine.router.directory;

import org.jspecify.annotations.NullMarked;
