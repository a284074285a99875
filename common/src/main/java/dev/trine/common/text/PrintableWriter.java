package dev.trine.common.text;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/** Passes on what a command prints, made harmless for a terminal; its line feeds, returns and tabs stay. */
public final class PrintableWriter extends FilterWriter {
    /** A writer to that one, which is closed with it. */
    public PrintableWriter(Writer out) {
        super(out);
    }

    @Override
    public void write(int c) throws IOException {
        write(String.valueOf((char) c), 0, 1);
    }

    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
        write(new String(chars, offset, length), 0, length);
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
        out.write(Printable.lines(text.substring(offset, offset + length)));
    }
}
