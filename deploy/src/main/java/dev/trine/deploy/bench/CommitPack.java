package dev.trine.deploy.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;

/**
 * A packfile with one commit that changes one file: the smallest push that people make. Made in memory, because a
 * client process for each push would leave the machine no time for the servers.
 *
 * @param commit the commit's id, 40 hexadecimal digits
 * @param bytes  the pack, version 2 (gitformat-pack(5))
 * @see <a href="https://git-scm.com/docs/gitformat-pack">gitformat-pack</a>
 */
public record CommitPack(String commit, byte[] bytes) {
    private static final int COMMIT = 1;
    private static final int TREE = 2;
    private static final int BLOB = 3;
    private static final int VERSION = 2;

    /**
     * Makes one.
     *
     * @param parent the commit before it, if any
     * @param text   content of its only file
     */
    public static CommitPack of(Optional<String> parent, String text) {
        byte[] blob = (text + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] tree = tree(id("blob", blob));
        String person = "A U Thor <author@example.com> 1700000000 +0000\n";
        byte[] commit = ("tree " + id("tree", tree) + "\n" + parent.map(p -> "parent " + p + "\n").orElse("")
            + "author " + person + "committer " + person + "\n" + text + "\n").getBytes(StandardCharsets.UTF_8);
        return new CommitPack(id("commit", commit), pack(commit, tree, blob));
    }

    /** A pack of no objects, as is sent with refs to what is there already. */
    static byte[] empty() {
        byte[] header = ByteBuffer.allocate(12).put("PACK".getBytes(StandardCharsets.US_ASCII)).putInt(VERSION)
            .putInt(0).array();
        byte[] sum = sha1(header);
        return ByteBuffer.allocate(header.length + sum.length).put(header).put(sum).array();
    }

    private static byte[] tree(String blob) {
        byte[] entry = "100644 file\0".getBytes(StandardCharsets.UTF_8);
        byte[] id = HexFormat.of().parseHex(blob);
        return ByteBuffer.allocate(entry.length + id.length).put(entry).put(id).array();
    }

    private static byte[] pack(byte[] commit, byte[] tree, byte[] blob) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(ByteBuffer.allocate(12).put("PACK".getBytes(StandardCharsets.US_ASCII)).putInt(VERSION)
                .putInt(3).array());
            entry(out, COMMIT, commit);
            entry(out, TREE, tree);
            entry(out, BLOB, blob);
            out.write(sha1(out.toByteArray()));
            return out.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException("memory can be written", e);
        }
    }

    private static void entry(OutputStream out, int type, byte[] content) throws IOException {
        int rest = content.length >>> 4;
        out.write((rest == 0 ? 0 : 0x80) | type << 4 | content.length & 0x0f);
        while (rest != 0) {
            out.write((rest > 0x7f ? 0x80 : 0) | rest & 0x7f);
            rest >>>= 7;
        }
        DeflaterOutputStream deflated = new DeflaterOutputStream(out);
        deflated.write(content);
        deflated.finish();
    }

    private static String id(String type, byte[] content) {
        byte[] header = (type + " " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        return HexFormat.of().formatHex(sha1(ByteBuffer.allocate(header.length + content.length).put(header)
            .put(content).array()));
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
