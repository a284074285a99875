package dev.trine.server.store;

import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RepoId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The keys of the database. The first byte says what kind of value follows; ids are binary, numbers are eight bytes
 * highest first, so that a repository's values lie together and in order.
 * <pre>
 *   n name                 a fact about the node: "incarnation", "place", "ref-space"
 *   w member               how far another member's disk was when it was last heard of
 *   s repo                 state of a replica
 *   x repo                 the ref space that it uses
 *   g repo                 generation of its object store
 *   l repo version         log entry
 *   r space name           ref, in a ref space
 *   p repo pack            pack of the committed pack set
 *   q repo push            packs staged for a push
 *   o repo push            outcome of a push
 *   h repo                 digest of all refs
 *   v repo version         receipt
 *   f repo                 version from which on there is every receipt
 *   t repo millis id       tip that was replaced at that time
 *   d space                ref space that no replica uses: to be deleted
 * </pre>
 */
final class Keys {
    static final byte[] INCARNATION = node("incarnation");
    static final byte[] PLACE = node("place");
    static final byte[] NEXT_REF_SPACE = node("ref-space");

    private Keys() {
    }

    private static byte[] node(String name) {
        return new Encoder().octet('n').raw(name.getBytes(StandardCharsets.UTF_8)).toBytes();
    }

    static byte[] heards() {
        return new byte[] {'w'};
    }

    static byte[] heard(Member member) {
        return new Encoder().octet('w').member(member).toBytes();
    }

    static byte[] states() {
        return new byte[] {'s'};
    }

    static byte[] state(RepoId repo) {
        return of('s', repo);
    }

    static byte[] refSpaces() {
        return new byte[] {'x'};
    }

    static byte[] refSpace(RepoId repo) {
        return of('x', repo);
    }

    static byte[] gcGeneration(RepoId repo) {
        return of('g', repo);
    }

    static byte[] log(RepoId repo) {
        return of('l', repo);
    }

    static byte[] log(RepoId repo, long version) {
        return kind('l', repo).fixed(version).toBytes();
    }

    static byte[] refs(long space) {
        return new Encoder().octet('r').fixed(space).toBytes();
    }

    static byte[] refs(long space, String prefix) {
        return new Encoder().octet('r').fixed(space).raw(prefix.getBytes(StandardCharsets.UTF_8)).toBytes();
    }

    static byte[] ref(long space, RefName name) {
        return refs(space, name.value());
    }

    static byte[] packs(RepoId repo) {
        return of('p', repo);
    }

    static byte[] pack(RepoId repo, PackName pack) {
        return kind('p', repo).hex(pack.hex()).toBytes();
    }

    static byte[] staged() {
        return new byte[] {'q'};
    }

    static byte[] staged(RepoId repo) {
        return of('q', repo);
    }

    static byte[] staged(RepoId repo, PushId push) {
        return kind('q', repo).hex(push.value()).toBytes();
    }

    static byte[] outcomes(RepoId repo) {
        return of('o', repo);
    }

    static byte[] outcome(RepoId repo, PushId push) {
        return kind('o', repo).hex(push.value()).toBytes();
    }

    static byte[] refsDigest(RepoId repo) {
        return of('h', repo);
    }

    static byte[] receipts(RepoId repo) {
        return of('v', repo);
    }

    static byte[] receipt(RepoId repo, long version) {
        return kind('v', repo).fixed(version).toBytes();
    }

    static byte[] receiptsFrom(RepoId repo) {
        return of('f', repo);
    }

    static byte[] replacedTips(RepoId repo) {
        return of('t', repo);
    }

    static byte[] replacedTips(RepoId repo, long millis) {
        return kind('t', repo).fixed(millis).toBytes();
    }

    static byte[] replacedTip(RepoId repo, long millis, ObjectName id) {
        return kind('t', repo).fixed(millis).hex(id.hex()).toBytes();
    }

    static byte[] doomedSpaces() {
        return new byte[] {'d'};
    }

    static byte[] doomedSpace(long space) {
        return new Encoder().octet('d').fixed(space).toBytes();
    }

    /** The repository whose state a key made by {@link #state} names. */
    static RepoId repo(byte[] key) {
        return new RepoId(HexFormat.of().formatHex(key, 1, 1 + Long.BYTES * 2));
    }

    /** The space that a key made by {@link #doomedSpace} names. */
    static long space(byte[] doomed) {
        return ByteBuffer.wrap(doomed, 1, Long.BYTES).getLong();
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** The key that follows a key. */
    static byte[] next(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** The first key behind all keys that start with a prefix. */
    static byte[] behind(byte[] prefix) {
        byte[] end = prefix.clone();
        for (int i = end.length - 1; i >= 0; i--) {
            if (end[i] != (byte) 0xff) {
                end[i]++;
                return Arrays.copyOf(end, i + 1);
            }
        }
        throw new IllegalArgumentException("a prefix with nothing behind it");
    }

    private static byte[] of(int kind, RepoId repo) {
        return kind(kind, repo).toBytes();
    }

    private static Encoder kind(int kind, RepoId repo) {
        return new Encoder().octet(kind).hex(repo.value());
    }
}
