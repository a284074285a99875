/**
 * The two services on the wire: Router for the proxies, Admin for the command line. Translation only; who calls
 * is settled here, what he may do behind it.
 */
@NullMarked
package dev.trine.router.rpc;

import org.jspecify.annotations.NullMarked;
