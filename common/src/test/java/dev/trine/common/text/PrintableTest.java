package dev.trine.common.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @ParameterizedTest
    @ValueSource(strings = {"\u001b", "\u009b", "\u0007", "\u007f", "\u0000", "\u0085", "\u2028", "\u2029", "\u202e",
        "\u2066", "\u200b", "\ufeff", "\r", "\n", "\t", "\b", "\udb40\udc41", "\ud800"})
    void nothingInALineCanDoMoreThanShowASign(String evil) {
        assertThat(Printable.line("main" + evil + "[31m")).isEqualTo("main?[31m");
    }

    @Test
    void lettersOfAllAlphabetsAreShownAsTheyAre() {
        String text = "Grüße, 日本, Ελλάδα, 🙂 'quoted' ~!";
        assertThat(Printable.line(text)).isEqualTo(text);
    }

    @Test
    void whatIsTooLongIsCut() {
        assertThat(Printable.line("abc", 3)).isEqualTo("abc");
        assertThat(Printable.line("ab\u001bd", 3)).isEqualTo("ab?…");
        assertThat(Printable.line("ab🙂", 3)).as("half a sign").isEqualTo("ab?…");
    }

    @Test
    void severalLinesKeepWhatParts() {
        assertThat(Printable.lines("a\tb\r\nc\u001b[2J\u2028d")).isEqualTo("a\tb\r\nc?[2J?d");
    }

    @Test
    void whatACommandPrintsIsHarmlessHoweverItIsPrinted() {
        StringWriter shown = new StringWriter();
        PrintWriter out = new PrintWriter(new PrintableWriter(shown), true);
        out.println("path  \u001b]0;title\u0007");
        out.print('\u009b');
        out.write(new char[] {'x', '\u001b', 'y'}, 1, 2);
        out.append("\u202eevil", 0, 2).printf("%s%n", "🙂\u0000");
        assertThat(shown.toString().replace("\r\n", "\n")).isEqualTo("path  ?]0;title?\n??y?e🙂?\n");
    }
}
