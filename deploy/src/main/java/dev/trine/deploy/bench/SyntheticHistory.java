package dev.trine.deploy.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * A made-up history, the same for the same seed, written as a stream for git fast-import (git-fast-import(1)): a main
 * line with edits, renames and deletions, side branches that are merged, annotated tags, incompressible big files, and
 * any number of refs.
 */
public final class SyntheticHistory {
    private static final int FILES = 400;
    private static final int COMMITS_PER_MERGE = 8;
    private static final int COMMITS_PER_RENAME = 25;
    private static final int COMMITS_PER_DELETION = 97;
    private static final int COMMITS_PER_BIG_FILE = 1_000;
    private static final long FIRST_SECOND = 1_600_000_000L;

    private final Shape shape;
    private final Random random;
    private final int[] edits = new int[FILES];

    /**
     * What to write.
     *
     * @param commits      commits on the main line; side branches come on top
     * @param tags         annotated tags, spread over the history
     * @param refs         further branches, spread over the history
     * @param bigFileBytes size of each big file; 0: none
     * @param seed         chooses the history
     */
    public record Shape(int commits, int tags, int refs, int bigFileBytes, long seed) {
    }

    private SyntheticHistory(Shape shape) {
        this.shape = shape;
        this.random = new Random(shape.seed());
    }

    /** Writes the stream; does not close it. */
    public static void write(Shape shape, OutputStream out) throws IOException {
        BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 16);
        new SyntheticHistory(shape).writeAll(buffered);
        buffered.flush();
    }

    private void writeAll(OutputStream out) throws IOException {
        for (int i = 1; i <= shape.commits(); i++) {
            boolean merge = i > 2 && i % COMMITS_PER_MERGE == 0;
            if (merge) {
                commit(out, "refs/heads/side", sideMark(i), i - 2, 0, "side of " + i);
                edit(out, "side");
            }
            commit(out, "refs/heads/main", i, i - 1, merge ? sideMark(i) : 0, "change " + i);
            String edited = edit(out, "src");
            if (i % COMMITS_PER_RENAME == 0) {
                text(out, "R src/" + edited + " moved/" + i + "/" + edited + "\n");
            }
            if (i % COMMITS_PER_DELETION == 0) {
                text(out, "D src/" + file(i) + "\n");
            }
            if (shape.bigFileBytes() > 0 && i % COMMITS_PER_BIG_FILE == 1) {
                bigFile(out, i);
            }
            refs(out, i);
        }
        if (shape.commits() >= COMMITS_PER_MERGE) {
            text(out, "reset refs/heads/side\nfrom 0000000000000000000000000000000000000000\n\n");
        }
        text(out, "done\n");
    }

    private void commit(OutputStream out, String ref, int mark, int parent, int second, String message)
        throws IOException {
        text(out, "commit " + ref + "\nmark :" + mark + "\ncommitter A U Thor <author@example.com> "
            + (FIRST_SECOND + mark) + " +0000\ndata " + message.length() + "\n" + message + "\n");
        if (parent > 0) {
            text(out, "from :" + parent + "\n");
        }
        if (second > 0) {
            text(out, "merge :" + second + "\n");
        }
    }

    /** Writes some files of a folder and returns the path, within it, of one of them. */
    private String edit(OutputStream out, String folder) throws IOException {
        int changed = 1 + random.nextInt(3);
        int which = 0;
        for (int i = 0; i < changed; i++) {
            which = random.nextInt(FILES);
            edits[which]++;
            StringBuilder lines = new StringBuilder();
            for (int line = 0; line < 20 + which % 60; line++) {
                boolean edited = line == edits[which] % 20;
                lines.append("file ").append(which).append(" line ").append(line).append(' ')
                    .append(edited ? Long.toHexString(random.nextLong()) : "as it was").append('\n');
            }
            text(out, "M 100644 inline " + folder + "/" + file(which) + "\ndata "
                + lines.length() + "\n" + lines + "\n");
        }
        return file(which);
    }

    private void bigFile(OutputStream out, int commit) throws IOException {
        byte[] noise = new byte[shape.bigFileBytes()];
        random.nextBytes(noise);
        text(out, "M 100644 inline assets/big" + commit + ".bin\ndata " + noise.length + "\n");
        out.write(noise);
        text(out, "\n");
    }

    private void refs(OutputStream out, int commit) throws IOException {
        for (int ref = from(shape.refs(), commit - 1); ref < from(shape.refs(), commit); ref++) {
            text(out, "reset refs/heads/topic/" + ref % 100 + "/t" + ref + "\nfrom :" + commit + "\n\n");
        }
        for (int tag = from(shape.tags(), commit - 1); tag < from(shape.tags(), commit); tag++) {
            text(out, "tag v" + tag + "\nfrom :" + commit + "\ntagger A U Thor <author@example.com> "
                + (FIRST_SECOND + commit) + " +0000\ndata 7\nrelease\n");
        }
    }

    private int from(int total, int commit) {
        return (int) ((long) total * commit / shape.commits());
    }

    private int sideMark(int commit) {
        return shape.commits() + commit;
    }

    private static String file(int number) {
        int which = number % FILES;
        return which % 20 + "/file" + which + ".txt";
    }

    private static void text(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
