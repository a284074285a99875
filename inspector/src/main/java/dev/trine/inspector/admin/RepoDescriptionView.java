package dev.trine.inspector.admin;

import com.google.protobuf.ByteString;
import dev.trine.inspector.cli.Column;
import dev.trine.inspector.cli.Table;
import dev.trine.proto.DescribeRepoReply;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.ReplicaStatus;
import dev.trine.proto.Repo;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A repository with its replicas, as its nodes know them. */
record RepoDescriptionView(String id, String path, String shard, long generation, Optional<String> lockHolder,
                           List<Replica> replicas) {
    private static final int DIGEST_SHOWN_DIGITS = 12;

    /**
     * One replica. What only the node itself knows is empty when it did not answer.
     *
     * @param epoch   epoch of the last committed entry: generation.counter.slot
     * @param version version of the last committed entry
     * @param lag     entries that it is behind the newest committed one of any replica
     * @param digest  SHA-256 over all refs and symbolic refs at that version, in hexadecimal
     * @param pin     why the replica is withdrawn; empty: it is not
     * @param problem why the node did not answer, or what is wrong with its replica
     */
    record Replica(String node, String zone, Optional<String> epoch, Optional<Long> version, Optional<Long> lag,
                   Optional<String> digest, String state, Optional<Long> refs, Optional<Integer> packs,
                   Optional<Long> packBytes, Optional<PinView> pin, Optional<String> problem) {
        private static final List<Column<Replica>> COLUMNS = List.of(
            new Column<>("NODE", Replica::node),
            new Column<>("ZONE", Replica::zone),
            new Column<>("STATE", Replica::state),
            new Column<>("VERSION", replica -> text(replica.version)),
            new Column<>("EPOCH", replica -> text(replica.epoch)),
            new Column<>("LAG", replica -> text(replica.lag)),
            new Column<>("REFS", replica -> text(replica.refs)),
            new Column<>("PACKS", replica -> text(replica.packs)),
            new Column<>("DIGEST", replica -> replica.digest.map(Replica::abbreviated).orElse("")),
            new Column<>("PROBLEM", replica -> text(replica.problem)));

        private static String text(Optional<?> value) {
            return value.map(Object::toString).orElse("");
        }

        private static String abbreviated(String digest) {
            return digest.length() <= DIGEST_SHOWN_DIGITS ? digest : digest.substring(0, DIGEST_SHOWN_DIGITS);
        }

        private static Replica of(ReplicaStatus status) {
            Optional<ReplicaDescription> known =
                status.hasDescription() ? Optional.of(status.getDescription()) : Optional.empty();
            return new Replica(status.getNode(), status.getZone(),
                known.map(d -> Wire.epoch(d.getCommitted().getEpoch())),
                known.map(d -> d.getCommitted().getVersion()),
                known.map(d -> status.getLag()),
                known.map(d -> hex(d.getDigest())),
                status.getState(),
                known.map(ReplicaDescription::getRefs),
                known.map(ReplicaDescription::getPacks),
                known.map(ReplicaDescription::getPackBytes),
                known.filter(ReplicaDescription::hasPin).map(d -> PinView.of(status.getNode(), d.getPin())),
                Wire.nonEmpty(status.getProblem()));
        }

        private static String hex(ByteString bytes) {
            return HexFormat.of().formatHex(bytes.toByteArray());
        }
    }

    static RepoDescriptionView of(DescribeRepoReply reply) {
        Repo repo = reply.getRepo();
        return new RepoDescriptionView(repo.getId(), repo.getPath(), repo.getShard(), repo.getGeneration(),
            Wire.nonEmpty(reply.getLockHolder()), reply.getReplicasList().stream().map(Replica::of).toList());
    }

    void print(PrintWriter out) {
        out.println("path         " + path);
        out.println("id           " + id);
        out.println("shard        " + shard);
        out.println("generation   " + generation);
        out.println("lock holder  " + lockHolder.orElse("none"));
        out.println();
        Table.print(out, replicas, Replica.COLUMNS);
    }
}
