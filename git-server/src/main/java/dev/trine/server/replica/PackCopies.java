package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.server.repo.IncomingPack;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackPin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Packs copied from peers under their names, verified and durable. Called by many threads. */
final class PackCopies {
    private static final Logger LOG = LoggerFactory.getLogger(PackCopies.class);
    private static final int PACKS_MAX = 10_000;

    private final PeerStreams streams;
    private final PackFiles files;
    private final long packBytesMax;

    /**
     * Copies nothing yet.
     *
     * @param packBytesMax largest pack, with its index, that is accepted
     */
    PackCopies(PeerStreams streams, PackFiles files, long packBytesMax) {
        this.streams = streams;
        this.files = files;
        this.packBytesMax = packBytesMax;
    }

    /** Copies a pack from a peer; the pin is the caller's. */
    PackPin fetch(Member from, RepoId repo, PackName pack)
        throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException {
        List<IncomingFiles> incoming = new ArrayList<>();
        try {
            streams.fetchPack(from, repo, pack, chunk -> {
                if (chunk.hasHeader() != incoming.isEmpty()) {
                    throw new CorruptPackException("a pack must begin with its header, which came never or twice");
                }
                if (chunk.hasHeader()) {
                    incoming.add(IncomingFiles.open(chunk.getHeader(), packBytesMax, () -> files.receive(repo)));
                } else {
                    incoming.getFirst().write(chunk.getData());
                }
            });
            if (incoming.isEmpty()) {
                throw new CorruptPackException("pack " + pack + " came without a header");
            }
            IncomingPack.Result.Installed installed = incoming.getFirst().install();
            if (!installed.stored().name().equals(pack)) {
                installed.pin().close();
                throw new CorruptPackException("pack " + installed.stored().name() + " came for " + pack);
            }
            return installed.pin();
        } finally {
            for (IncomingFiles each : incoming) {
                each.close();
            }
        }
    }

    /** Replaces a listed pack by the copy of the first peer that has it. Returns whether one has. */
    boolean fetch(RepoId repo, List<Member> peers, PackName pack) throws IOException, InterruptedException {
        for (Member peer : peers) {
            try (PackPin copied = fetch(peer, repo, pack)) {
                LOG.atInfo().addKeyValue("repo", repo).addKeyValue("pack", pack).addKeyValue("peer", peer.node())
                    .log("damaged pack replaced");
                return true;
            } catch (PeerUnavailableException | CorruptPackException e) {
                LOG.atInfo().addKeyValue("repo", repo).addKeyValue("pack", pack).addKeyValue("peer", peer.node())
                    .log("no copy of a damaged pack: {}", e.getMessage());
            }
        }
        return false;
    }

    /** Copies all packs of a peer's committed state that are not here; the pins are added to the caller's. */
    void fetchAll(RepoId repo, Member peer, List<PackPin> held) throws IOException, InterruptedException {
        try {
            List<String> names = streams.listPacks(peer, repo).getNamesList();
            LogEntries.bounded(names.size(), PACKS_MAX, "packs");
            for (PackName name : names.stream().map(PackName::new).toList()) {
                PackPin present = files.pin(repo, List.of(name));
                held.add(present);
                if (!files.has(repo, name)) {
                    held.add(fetch(peer, repo, name));
                }
            }
        } catch (PeerUnavailableException | CorruptPackException | IllegalArgumentException e) {
            LOG.atInfo().addKeyValue("repo", repo).addKeyValue("peer", peer.node())
                .log("packs not copied: {}", e.getMessage());
        }
    }
}
