/**
 * Workload identity: a CI job shows a JWT that its issuer signed, and gets a short access token with the rights that
 * the rules of the configuration give for the JWT's claims (RFC 7519, RFC 8693). Start at
 * {@link dev.trine.router.workload.TokenExchange}.
 */
@NullMarked
package dev.trine.router.workload;

import org.jspecify.annotations.NullMarked;
