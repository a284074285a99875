/**
 * Who and where, in the metadata database: users with their keys, tokens and grants, nodes, shards, and the directory
 * of repositories with their placement. Start at {@link dev.trine.router.metadata.Metadata}. The SQL is one text for
 * MySQL, MariaDB and the embedded H2. Always: a repository's generation only grows; a token's text is not stored; an id
 * is never reused. What a repository contains is never known here. JDBC stays in this package.
 */
@NullMarked
package dev.trine.router.metadata;

import org.jspecify.annotations.NullMarked;
