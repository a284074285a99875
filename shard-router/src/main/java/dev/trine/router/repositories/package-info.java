/**
 * Life and death of repositories: entering one in the directory and making its replicas, finishing what was begun, and
 * deleting. Always: replicas are made only from the directory's phase CREATING, or for a member that was never
 * confirmed to have one; a path's row is removed only after a SEAL without next members is committed.
 */
@NullMarked
package dev.trine.router.repositories;

import org.jspecify.annotations.NullMarked;
