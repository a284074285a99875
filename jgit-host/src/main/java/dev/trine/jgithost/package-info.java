/**
 * A plain JGit host for the benchmark to compare with, and no part of the product: JGit's own servlet over bare
 * repositories. Start at {@link dev.trine.jgithost.JGitHost}.
 */
@NullMarked
package dev.trine.jgithost;

import org.jspecify.annotations.NullMarked;
