package dev.trine.server.upload;

import dev.trine.server.pkt.PktReader;
import dev.trine.server.pkt.PktWriter;
import dev.trine.server.pkt.ProtocolErrorException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;

/** Protocol v2's object-info: sizes of objects, without the objects. */
final class ObjectInfo {
    private final Repository git;
    private final int objectsMax;
    private final List<String> ids = new ArrayList<>();
    private boolean size;

    ObjectInfo(Repository git, int objectsMax) {
        this.git = git;
        this.objectsMax = objectsMax;
    }

    void serve(PktReader request, PktWriter out) throws IOException, ProtocolErrorException {
        request.forEachArgument(this::accept);
        if (!ids.isEmpty()) {
            out.line("size");
        }
        try (ObjectReader reader = git.newObjectReader()) {
            for (String id : ids) {
                out.line(id + ' ' + (size ? sizeOf(reader, id) : ""));
            }
        }
        out.flush();
    }

    private void accept(String line) throws ProtocolErrorException {
        if (line.equals("size")) {
            size = true;
        } else if (line.startsWith("oid ")) {
            add(line.substring("oid ".length()));
        } else {
            throw new ProtocolErrorException("object-info: unexpected line: '" + line + "'");
        }
    }

    private void add(String id) throws ProtocolErrorException {
        if (!FetchArguments.isId(id)) {
            throw new ProtocolErrorException("object-info: protocol error, expected to get oid, not '" + id + "'");
        }
        if (ids.size() == objectsMax) {
            throw new ProtocolErrorException("object-info: more than " + objectsMax
                + " objects in one request, the limit of this server (fetch.object-info-max)");
        }
        ids.add(id);
    }

    /** As Git does, an object that is not there is named without a size. */
    private static String sizeOf(ObjectReader reader, String id) throws IOException {
        try {
            return Long.toString(reader.getObjectSize(ObjectId.fromString(id), ObjectReader.OBJ_ANY));
        } catch (MissingObjectException e) {
            return "";
        }
    }
}
