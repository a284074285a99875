/**
 * The benchmark: the same work by the same stock Git client, in one run on one machine, against this system, against C
 * Git's own server side (OpenSSH with git, and git http-backend behind lighttpd), and against JGit's servlet. Start at
 * {@code BenchCommand}.
 */
@NullMarked
package dev.trine.deploy.bench;

import org.jspecify.annotations.NullMarked;
