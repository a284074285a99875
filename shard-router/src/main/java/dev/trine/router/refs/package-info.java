/** Changes of refs without a pack, as users ask for them: the router finds the node and, by the token, tries again. */
@NullMarked
package dev.trine.router.refs;

import org.jspecify.annotations.NullMarked;
