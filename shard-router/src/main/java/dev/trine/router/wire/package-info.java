/** Translation between the administrators' API on the wire and the metadata's values. */
@NullMarked
package dev.trine.router.wire;

import org.jspecify.annotations.NullMarked;
