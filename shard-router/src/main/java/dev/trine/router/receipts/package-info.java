/**
 * Whether what users were told of a change still holds: receipts of all nodes of a repository, collected and compared.
 * Start at {@link dev.trine.router.receipts.Receipts}; {@link dev.trine.router.receipts.Verification} decides.
 */
@NullMarked
package dev.trine.router.receipts;

import org.jspecify.annotations.NullMarked;
