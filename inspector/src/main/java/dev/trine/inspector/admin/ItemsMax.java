package dev.trine.inspector.admin;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How many items a listing has at most, 1 to 1000; the protocol understands 0 as what is usual. */
record ItemsMax(int count) {
    /** Reads it from the command line. */
    static final class Converter implements ITypeConverter<ItemsMax> {
        private static final Pattern FORM = Pattern.compile("[1-9][0-9]{0,3}");

        @Override
        public ItemsMax convert(String text) {
            if (!FORM.matcher(text).matches() || Integer.parseInt(text) > Pages.PAGE_MAX_ITEMS) {
                throw new TypeConversionException("'" + text + "' is not a number from 1 to " + Pages.PAGE_MAX_ITEMS);
            }
            return new ItemsMax(Integer.parseInt(text));
        }
    }
}
