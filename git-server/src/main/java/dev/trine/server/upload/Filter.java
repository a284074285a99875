package dev.trine.server.upload;

import dev.trine.server.pkt.ProtocolErrorException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.Constants;

/** A filter of a partial clone: which objects are left out unless they are wanted by name. */
sealed interface Filter {
    /** No filter. */
    record Everything() implements Filter {
    }

    /** No blobs (blob:none). */
    record NoBlobs() implements Filter {
    }

    /** Only blobs smaller than so many bytes (blob:limit). */
    record BlobsBelow(long bytes) implements Filter {
    }

    /** Only trees and blobs at a depth less than so many below a root tree, which is at depth 0 (tree). */
    record TreesAbove(long depth) implements Filter {
    }

    /** Only objects of one type, a number of {@link Constants} (object:type). */
    record OfType(int type) implements Filter {
    }

    /** What all of several filters let through (combine). */
    record All(List<Filter> filters) implements Filter {
        public All {
            filters = List.copyOf(filters);
        }
    }

    /** Reads git's filter-spec. */
    static Filter parse(String spec) throws ProtocolErrorException {
        if (spec.equals("blob:none")) {
            return new NoBlobs();
        }
        int value = spec.indexOf('=') + 1;
        if (spec.startsWith("blob:limit=")) {
            return new BlobsBelow(number(spec, value));
        }
        if (spec.startsWith("tree:")) {
            return new TreesAbove(number(spec, "tree:".length()));
        }
        if (spec.startsWith("object:type=")) {
            return new OfType(type(spec.substring(value)));
        }
        if (spec.startsWith("combine:")) {
            return combined(spec.substring("combine:".length()));
        }
        if (spec.startsWith("sparse:")) {
            throw new ProtocolErrorException("git upload-pack: filter '" + (value == 0 ? spec
                : spec.substring(0, value - 1)) + "' not supported");
        }
        throw new ProtocolErrorException("git upload-pack: invalid filter-spec '" + spec + "'");
    }

    private static Filter combined(String specs) throws ProtocolErrorException {
        List<Filter> filters = new ArrayList<>();
        for (String encoded : specs.split("\\+", -1)) {
            try {
                filters.add(parse(URLDecoder.decode(encoded, StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException e) {
                throw new ProtocolErrorException("git upload-pack: invalid filter-spec 'combine:" + specs + "'");
            }
        }
        return new All(filters);
    }

    private static int type(String name) throws ProtocolErrorException {
        return switch (name) {
            case "commit" -> Constants.OBJ_COMMIT;
            case "tree" -> Constants.OBJ_TREE;
            case "blob" -> Constants.OBJ_BLOB;
            case "tag" -> Constants.OBJ_TAG;
            default -> throw new ProtocolErrorException("git upload-pack: '" + name
                + "' for 'object:type=<type>' is not a valid object type");
        };
    }

    private static long number(String spec, int start) throws ProtocolErrorException {
        String text = spec.substring(start);
        int shift = text.isEmpty() ? -1 : switch (text.charAt(text.length() - 1)) {
            case 'k', 'K' -> 10;
            case 'm', 'M' -> 20;
            case 'g', 'G' -> 30;
            default -> 0;
        };
        String digits = shift > 0 ? text.substring(0, text.length() - 1) : text;
        if (shift < 0 || !digits.matches("[0-9]{1,18}") || Long.parseLong(digits) > Long.MAX_VALUE >> shift) {
            throw new ProtocolErrorException("git upload-pack: invalid filter-spec '" + spec + "'");
        }
        return Long.parseLong(digits) << shift;
    }
}
