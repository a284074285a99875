package dev.trine.server.upload;

import dev.trine.common.model.Position;
import dev.trine.common.model.RepoId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.TreeSet;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Everything that decides which objects a pack holds and in which forms: fetches with equal keys can be sent the same
 * bytes. Objects never change, so what is reachable from the wants and not from the common objects is the same at every
 * version of the repository; only which tags come along depends on the refs, and so, where that is asked for, on the
 * position. Framing and progress are not part of it.
 *
 * @param repo   whose objects; nothing is shared between repositories
 * @param digest SHA-256 of all the rest
 */
record PackKey(RepoId repo, String digest) {
    static PackKey of(RepoId repo, Position at, FetchRequest request, ObjectSelection selection) {
        MessageDigest digest = sha256();
        add(digest, selection.wants());
        add(digest, selection.common());
        add(digest, selection.grafts());
        boolean thin = request.has(FetchOption.THIN_PACK) && !selection.common().isEmpty();
        String rest = selection.filter() + " " + thin + " " + request.has(FetchOption.OFS_DELTA) + " "
            + (request.has(FetchOption.INCLUDE_TAG) ? at.toString() : "no tags");
        digest.update(rest.getBytes(StandardCharsets.UTF_8));
        return new PackKey(repo, HexFormat.of().formatHex(digest.digest()));
    }

    /** Their number first, so that where one set ends and the next begins is part of the digest. */
    private static void add(MessageDigest digest, Collection<ObjectId> ids) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(ids.size()).flip());
        byte[] raw = new byte[Constants.OBJECT_ID_LENGTH];
        for (ObjectId id : new TreeSet<>(ids)) {
            id.copyRawTo(raw, 0);
            digest.update(raw);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
