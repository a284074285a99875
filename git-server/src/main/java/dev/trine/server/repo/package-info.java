/**
 * The Git objects of one node: standard packs on local disk, one directory per repository id, read through JGit's
 * DfsRepository seam, and everything that makes, checks and rewrites packs. Start at
 * {@link dev.trine.server.repo.GitObjects#open}.
 *
 * <p>Always: a pack file is written under a temporary name, synced with its index, renamed, and its directory synced,
 * before its name is told to anybody; which packs a repository consists of is not decided here, the caller lists them;
 * no file of a pack is removed while a view or a {@link dev.trine.server.repo.PackPin} holds it or the node's durable
 * state lists it.
 */
@NullMarked
package dev.trine.server.repo;

import org.jspecify.annotations.NullMarked;
