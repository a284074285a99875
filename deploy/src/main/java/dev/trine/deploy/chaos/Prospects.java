package dev.trine.deploy.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which of the wanted faults are possible on this machine.
 *
 * @param kinds   those that are
 * @param missing for each thing that is not possible a sentence
 */
record Prospects(Set<FaultKind> kinds, List<String> missing) {
    private static final Set<FaultKind> OF_DATABASE =
        EnumSet.of(FaultKind.DATABASE_KILLED, FaultKind.DATABASE_FROZEN, FaultKind.DATABASE_OLD);

    /** Looks, and mounts the nodes' small disks if they are to be filled. */
    static Prospects find(LabDirectory directory, int nodes, boolean mariaDb, Set<FaultKind> wanted)
        throws IOException, InterruptedException {
        Set<FaultKind> kinds = EnumSet.copyOf(wanted);
        List<String> missing = new ArrayList<>();
        if (!mariaDb) {
            kinds.removeAll(OF_DATABASE);
        }
        if (kinds.contains(FaultKind.DISK_FULL)) {
            Optional<String> problem = mountDisks(directory, nodes);
            problem.ifPresent(text -> {
                kinds.remove(FaultKind.DISK_FULL);
                missing.add("no full disks: small file systems cannot be mounted here (" + text + ")");
            });
        }
        if (PacketFilter.find().isEmpty()) {
            missing.add("no packets lost in the kernel, which takes a network of our own and nft (package nftables):"
                + " the built-in fault links hold them back");
        }
        return new Prospects(kinds, missing);
    }

    private static Optional<String> mountDisks(LabDirectory directory, int nodes)
        throws IOException, InterruptedException {
        if (!Enclosure.isInside()) {
            return Optional.of("no right to mounts of our own");
        }
        Disks disks = new Disks(directory);
        for (int i = 1; i <= nodes; i++) {
            Optional<String> problem = disks.mount("n" + i);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }
}
