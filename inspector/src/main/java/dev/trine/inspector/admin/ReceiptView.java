package dev.trine.inspector.admin;

import com.google.protobuf.ByteString;
import dev.trine.inspector.cli.Column;
import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.Epoch;
import dev.trine.proto.KeptReceipt;
import dev.trine.proto.Position;
import dev.trine.proto.Receipt;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A receipt as it is shown and stored in a file.
 *
 * @param receipt    its short name: version, epoch, beginning of the digest of all refs
 * @param path       path of the repository when it was shown
 * @param repository immutable id of the repository
 * @param version    version of the change
 * @param epoch      epoch of its log entry: generation.counter.slot
 * @param refs       digest of all refs right after it, in hexadecimal
 * @param changes    digest of what it set
 * @param chain      chain value of the log up to it
 * @param push       id of the push
 * @param time       when the first node applied it, RFC 3339
 * @param nodes      nodes that kept it when it was shown
 * @param user       name of the user who made it; empty: anonymous, or not recorded; null: the file is of an older
 *                   release
 * @param durableOn  nodes known to hold it when it was committed; empty: not recorded; null: as above
 */
record ReceiptView(String receipt, String path, String repository, long version, String epoch, String refs,
                   String changes, String chain, String push, String time, List<String> nodes,
                   @Nullable String user, @Nullable List<String> durableOn) {
    static final List<Column<ReceiptView>> COLUMNS = List.of(
        new Column<>("VERSION", view -> Long.toString(view.version)),
        new Column<>("TIME", ReceiptView::time),
        new Column<>("RECEIPT", ReceiptView::receipt),
        new Column<>("USER", view -> view.user == null ? "" : view.user),
        new Column<>("NODES", view -> String.join(" ", view.nodes)));

    private static final int SHOWN_DIGITS = 12;

    static ReceiptView of(String repoId, String path, KeptReceipt kept) {
        return of(repoId, path, kept.getReceipt(), kept.getNodesList());
    }

    static ReceiptView of(String repoId, String path, Receipt receipt, List<String> nodes) {
        String refs = hex(receipt.getRefsDigest());
        String epoch = Wire.epoch(receipt.getAt().getEpoch());
        return new ReceiptView(receipt.getAt().getVersion() + "-" + epoch + "-"
            + refs.substring(0, Math.min(SHOWN_DIGITS, refs.length())), path, repoId, receipt.getAt().getVersion(),
            epoch, refs, hex(receipt.getChangesDigest()), hex(receipt.getChain()), receipt.getPushId(),
            Instant.ofEpochMilli(receipt.getAppliedAtMs()).toString(), List.copyOf(nodes), receipt.getUser(),
            List.copyOf(receipt.getNodesList()));
    }

    /** The receipt, to be verified; a field that a file lost or mangled is a failure of the command. */
    Receipt toProto() {
        try {
            String[] parts = epoch.split("\\.", 3);
            return Receipt.newBuilder().setAt(Position.newBuilder().setVersion(version).setEpoch(Epoch.newBuilder()
                    .setGeneration(Long.parseLong(parts[0])).setCounter(Long.parseLong(parts[1]))
                    .setSlot(Integer.parseInt(parts[2]))))
                .setPushId(push).setChain(bytes(chain)).setRefsDigest(bytes(refs)).setChangesDigest(bytes(changes))
                .setAppliedAtMs(Instant.parse(time).toEpochMilli()).setUser(user == null ? "" : user)
                .addAllNodes(durableOn == null ? List.of() : durableOn).build();
        } catch (RuntimeException e) {
            throw new CommandFailure("the file holds no whole receipt (" + e.getMessage()
                + "): store one with 'trine receipt show -o json'", e);
        }
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    void print(PrintWriter out) {
        out.println("receipt     " + receipt);
        out.println("path        " + path);
        out.println("repository  " + repository);
        out.println("version     " + version);
        out.println("epoch       " + epoch);
        out.println("refs        " + refs);
        out.println("changes     " + changes);
        out.println("chain       " + chain);
        out.println("push        " + push);
        out.println("time        " + time);
        out.println("user        " + (user == null || user.isEmpty() ? "-" : user));
        out.println("durable on  " + (durableOn == null || durableOn.isEmpty() ? "-" : String.join(" ", durableOn))
            + " when it was committed");
        out.println("nodes       " + String.join(" ", nodes) + " keep it now");
    }
}
