/**
 * What the front doors have in common: ranges of addresses, what may be shown on a terminal, and files that take effect
 * when they change. Start at {@link dev.trine.common.door.AddressRange}.
 */
@NullMarked
package dev.trine.common.door;

import org.jspecify.annotations.NullMarked;
