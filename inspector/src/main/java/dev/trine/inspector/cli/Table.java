package dev.trine.inspector.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Writes items as lines of aligned columns, two spaces apart, under a line of titles. */
public final class Table {
    private static final String GAP = "  ";
    private static final Pattern CONTROLS =
        Pattern.compile("[\\p{Cc}\\x{61c}\\x{200e}\\x{200f}\\x{2028}-\\x{202e}\\x{2066}-\\x{2069}]");

    private Table() {
    }

    /** Writes the table; without items only its titles. */
    public static <T> void print(PrintWriter out, List<T> items, List<Column<T>> columns) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(Column::title).toList());
        for (T item : items) {
            lines.add(columns.stream().map(column -> shown(column.cell().apply(item))).toList());
        }
        int[] widths = widths(lines, columns.size());
        for (List<String> line : lines) {
            out.println(aligned(line, widths));
        }
        out.flush();
    }

    /**
     * Control characters, those of 8 bits and of writing direction included, must not reach a terminal: they could come
     * from anybody's names and comments.
     */
    private static String shown(String text) {
        String clean = CONTROLS.matcher(text).replaceAll("?");
        return clean.isEmpty() ? "-" : clean;
    }

    private static int[] widths(List<List<String>> lines, int columns) {
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], width(line.get(i)));
            }
        }
        return widths;
    }

    private static String aligned(List<String> line, int[] widths) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = line.get(i);
            text.append(cell).append(" ".repeat(widths[i] - width(cell))).append(GAP);
        }
        return text.toString().stripTrailing();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
