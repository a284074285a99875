/**
 * What both front doors share: they ask the shard router who somebody is and where a repository lives, and carry Git's
 * bytes between the client and the node. Start at {@link dev.trine.common.relay.GitRelay}. Nothing here parses the
 * pack protocol; memory per exchange is bounded whatever the pack's size.
 */
@NullMarked
package dev.trine.common.relay;

import org.jspecify.annotations.NullMarked;
