/**
 * Configuration files: YAML read once into a record; all problems are reported together, an unknown key is a problem.
 */
@NullMarked
package dev.trine.common.config;

import org.jspecify.annotations.NullMarked;
