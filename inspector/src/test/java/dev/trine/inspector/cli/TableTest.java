package dev.trine.inspector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables are for people, and harmless to their terminals. */
class TableTest {
    private static List<String> lines(String... cells) {
        StringWriter text = new StringWriter();
        List<Column<String>> columns =
            List.of(new Column<>("NAME", cell -> cell), new Column<>("LENGTH", cell -> cell.length() + ""));
        Table.print(new PrintWriter(text), List.of(cells), columns);
        return text.toString().lines().toList();
    }

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        assertThat(lines("a", "wider than the title")).containsExactly(
            "NAME                  LENGTH",
            "a                     1",
            "wider than the title  20");
    }

    @Test
    void controlCharactersDoNotReachTheTerminal() {
        assertThat(lines("evil\u001b[31m\nline")).containsExactly("NAME            LENGTH", "evil?[31m?line  14");
        assertThat(lines("\u009b31m\u202eevil")).containsExactly("NAME       LENGTH", "?31m?evil  9");
    }

    @Test
    void anEmptyCellIsADash() {
        assertThat(lines("")).containsExactly("NAME  LENGTH", "-     0");
    }

    @Test
    void anEmptyTableIsItsTitles() {
        assertThat(lines()).containsExactly("NAME  LENGTH");
    }
}
