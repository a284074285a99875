package dev.trine.server.repo;

import static org.eclipse.jgit.lib.Constants.OBJECT_ID_LENGTH;

import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.util.MutableInteger;
import org.eclipse.jgit.util.RawParseUtils;

/**
 * What commits, trees and tags name, as lenient as C Git where Git's form allows it, and strict where the links
 * themselves stand. Submodules' commits are in other repositories and are not visited.
 */
final class ObjectLinks {
    private static final byte[] TREE = Constants.encodeASCII("tree ");
    private static final byte[] PARENT = Constants.encodeASCII("parent ");
    private static final byte[] OBJECT = Constants.encodeASCII("object ");
    private static final byte[] TYPE = Constants.encodeASCII("type ");
    private static final int NAME_DIGITS = 2 * OBJECT_ID_LENGTH;

    private ObjectLinks() {
    }

    /** Told about each link. */
    interface Visitor {
        /** The 20 raw bytes of the name stand in the array at the offset. */
        void link(byte[] raw, int offset, int type);
    }

    /** Told about each entry of a tree. */
    interface EntryVisitor {
        /**
         * One entry.
         *
         * @param tree       the tree's bytes
         * @param nameFrom   where the entry's name begins in them
         * @param nameTo     behind its last byte
         * @param nameOffset where the raw object name begins
         * @param type       {@link Constants#OBJ_TREE} or {@link Constants#OBJ_BLOB}
         */
        void entry(byte[] tree, int nameFrom, int nameTo, int nameOffset, int type);
    }

    /** Visits what an object of a type names. */
    static void visit(int type, byte[] bytes, Visitor visitor) throws CorruptObjectException {
        switch (type) {
            case Constants.OBJ_COMMIT -> visitCommit(bytes, visitor);
            case Constants.OBJ_TREE -> visitTree(bytes, (tree, nameFrom, nameTo, nameOffset, linked) ->
                visitor.link(tree, nameOffset, linked));
            case Constants.OBJ_TAG -> visitTag(bytes, visitor);
            case Constants.OBJ_BLOB -> {
                // names nothing
            }
            default -> throw new CorruptObjectException("unknown object type " + type);
        }
    }

    private static void visitCommit(byte[] bytes, Visitor visitor) throws CorruptObjectException {
        byte[] raw = new byte[OBJECT_ID_LENGTH];
        int at = readName(bytes, 0, TREE, raw);
        if (at < 0) {
            throw new CorruptObjectException("no tree header");
        }
        visitor.link(raw, 0, Constants.OBJ_TREE);
        while ((at = readName(bytes, at, PARENT, raw)) >= 0) {
            visitor.link(raw, 0, Constants.OBJ_COMMIT);
        }
    }

    private static void visitTag(byte[] bytes, Visitor visitor) throws CorruptObjectException {
        byte[] raw = new byte[OBJECT_ID_LENGTH];
        int at = readName(bytes, 0, OBJECT, raw);
        int typeFrom = at < 0 ? -1 : RawParseUtils.match(bytes, at, TYPE);
        if (typeFrom < 0) {
            throw new CorruptObjectException("no object or type header");
        }
        MutableInteger pointer = new MutableInteger();
        pointer.value = typeFrom;
        int type = Constants.decodeTypeString(ObjectId.zeroId(), bytes, (byte) '\n', pointer);
        visitor.link(raw, 0, type);
    }

    /**
     * Reads a header line that holds a name.
     *
     * @return the offset behind the line; -1: there is no such line
     */
    private static int readName(byte[] bytes, int from, byte[] header, byte[] raw) throws CorruptObjectException {
        int digits = RawParseUtils.match(bytes, from, header);
        if (digits < 0) {
            return -1;
        }
        int end = digits + NAME_DIGITS;
        if (end >= bytes.length || bytes[end] != '\n') {
            throw new CorruptObjectException("malformed header line");
        }
        try {
            ObjectId.fromString(bytes, digits).copyRawTo(raw, 0);
        } catch (IllegalArgumentException e) {
            throw new CorruptObjectException("malformed object name in a header");
        }
        return end + 1;
    }

    /** Visits the entries of a tree, submodules excepted. */
    static void visitTree(byte[] tree, EntryVisitor visitor) throws CorruptObjectException {
        int at = 0;
        while (at < tree.length) {
            int mode = 0;
            int c;
            while (at < tree.length && (c = tree[at]) != ' ') {
                if (c < '0' || c > '7') {
                    throw new CorruptObjectException("malformed mode of a tree entry");
                }
                mode = mode << 3 | c - '0';
                at++;
            }
            int nameFrom = at + 1;
            int nameTo = nameFrom;
            while (nameTo < tree.length && tree[nameTo] != 0) {
                nameTo++;
            }
            int nameOffset = nameTo + 1;
            at = nameOffset + OBJECT_ID_LENGTH;
            if (at > tree.length || nameTo == nameFrom) {
                throw new CorruptObjectException("truncated tree entry");
            }
            int kind = mode & FileMode.TYPE_MASK;
            if (kind != FileMode.TYPE_GITLINK) {
                visitor.entry(tree, nameFrom, nameTo, nameOffset,
                    kind == FileMode.TYPE_TREE ? Constants.OBJ_TREE : Constants.OBJ_BLOB);
            }
        }
    }
}
