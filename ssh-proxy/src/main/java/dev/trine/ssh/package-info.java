/**
 * The SSH front door: signs users in by their public keys and carries git-upload-pack and git-receive-pack to the
 * nodes. Start at {@link dev.trine.ssh.SshProxy#start}. It keeps no state but its host keys.
 */
@NullMarked
package dev.trine.ssh;

import org.jspecify.annotations.NullMarked;
