package dev.trine.inspector.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The option {@code -o}: whether a command writes a table for people or JSON for programs. */
public final class Output {
    /** In ASCII: no name can do anything to a terminal, and programs read the same. */
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
        .enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    @Option(names = {"-o", "--output"}, paramLabel = "table|json", defaultValue = "table",
        description = "What to write: a table for people, or JSON (default: table).")
    private Format format = Format.TABLE;

    /** The formats. */
    enum Format {
        TABLE, JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Writes a listing: a table, or a JSON array of the items. */
    public <T> void list(PrintWriter out, List<T> items, List<Column<T>> columns) {
        switch (format) {
            case TABLE -> Table.print(out, items, columns);
            case JSON -> json(out, items);
        }
    }

    /** Writes one thing: as people read it, or as a JSON object. */
    public void one(PrintWriter out, Object item, Runnable forPeople) {
        switch (format) {
            case TABLE -> forPeople.run();
            case JSON -> json(out, item);
        }
        out.flush();
    }

    private static void json(PrintWriter out, Object value) {
        out.println(JSON.writeValueAsString(value));
        out.flush();
    }
}
