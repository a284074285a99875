/**
 * Values that have a name in the domain: immutable, checked at construction, free of everything but java.base.
 * Refs and packs use Git's words; replication uses the words of docs/PROTOCOL.md.
 */
@NullMarked
package dev.trine.common.model;

import org.jspecify.annotations.NullMarked;
