/**
 * Starting and stopping: who opens closes, in reverse order, a failed start included.
 */
@NullMarked
package dev.trine.common.lifecycle;

import org.jspecify.annotations.NullMarked;
