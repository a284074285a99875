/**
 * The external authorizer: a company's own service that may forbid what Trine allows. Start at
 * {@link dev.trine.router.authorizer.Authorizer}.
 */
@NullMarked
package dev.trine.router.authorizer;

import org.jspecify.annotations.NullMarked;
