package dev.trine.common.wire;

import com.google.protobuf.ByteString;
import dev.trine.common.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;

/** By what a router sees whether a node knows where the cluster's nodes are. */
public final class Introduction {
    /** Greatest number of nodes in one introduction. */
    public static final int NODES_MAX = 1000;

    private Introduction() {
    }

    /** SHA-256 over a line "NODE ADDRESS" for each node, in order of name. */
    public static ByteString digest(Map<NodeId, String> addresses) {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(addresses).forEach((node, address) ->
            lines.append(node).append(' ').append(address).append('\n'));
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-256")
                .digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
