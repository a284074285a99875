/** Expected outcomes of the router's operations, as values: an answer, or a refusal that says why. */
@NullMarked
package dev.trine.router.answer;

import org.jspecify.annotations.NullMarked;
