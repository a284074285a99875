/** What administrators and users may do with users, keys, tokens and grants. */
@NullMarked
package dev.trine.router.accounts;

import org.jspecify.annotations.NullMarked;
