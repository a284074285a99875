package dev.trine.inspector.cli;

import java.util.function.Function;

/**
 * One column of a table.
 *
 * @param title what stands above it, in capitals
 * @param cell  an item's text; empty text is shown as "-"
 */
public record Column<T>(String title, Function<T, String> cell) {
}
