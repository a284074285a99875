/** Text that came from one user and is shown to another. */
@NullMarked
package dev.trine.common.text;

import org.jspecify.annotations.NullMarked;
