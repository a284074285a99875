package dev.trine.inspector.cli;

import dev.trine.common.text.Printable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Writes items as lines of aligned columns, two spaces apart, under a line of titles. */
public final class Table {
    private static final String GAP = "  ";

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

    private static String shown(String text) {
        String clean = Printable.line(text);
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
