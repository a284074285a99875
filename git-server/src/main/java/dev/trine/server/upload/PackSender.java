package dev.trine.server.upload;

import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.pkt.GitProgress;
import dev.trine.server.pkt.PktWriter;
import dev.trine.server.pkt.ProtocolErrorException;
import dev.trine.server.pkt.SideBand;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.eclipse.jgit.internal.storage.dfs.DfsPackDescription;
import org.eclipse.jgit.internal.storage.dfs.DfsPackFile;
import org.eclipse.jgit.internal.storage.dfs.DfsRepository;
import org.eclipse.jgit.internal.storage.pack.PackExt;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * Sends the pack of a fetch in the client's framing, on a side-band with progress or bare: one that was made before,
 * one that is being made for another client, or one that is made now.
 */
final class PackSender {
    private final RepositoryView view;
    private final FetchResources resources;
    private final OutputStream out;
    private final Optional<String> notice;

    /**
     * Sends packs to one client.
     *
     * @param notice a sentence that the client's user sees first, where there is a side-band
     */
    PackSender(RepositoryView view, FetchResources resources, OutputStream out, Optional<String> notice) {
        this.view = view;
        this.resources = resources;
        this.out = out;
        this.notice = notice;
    }

    /** Sends it on side-bands and ends the message. */
    void onSideBand(ObjectReader reader, FetchRequest request, ObjectSelection selection, SideBand.Packets packets)
        throws IOException, ProtocolErrorException {
        SideBand band = new SideBand(out, packets);
        if (notice.isPresent()) {
            band.message(notice.get() + "\n");
        }
        boolean quiet = request.has(FetchOption.NO_PROGRESS);
        String statistics = send(reader, request, selection, PackClient.on(band, quiet));
        if (!quiet) {
            band.message(statistics + "\n");
        }
        new PktWriter(out).flush();
    }

    /** Sends it as it is; the end of the stream is its end. */
    void bare(ObjectReader reader, FetchRequest request, ObjectSelection selection)
        throws IOException, ProtocolErrorException {
        send(reader, request, selection, PackClient.bare(out));
        out.flush();
    }

    private String send(ObjectReader reader, FetchRequest request, ObjectSelection selection, PackClient client)
        throws IOException, ProtocolErrorException {
        PackStream pack = new PackStream(view, resources, reader, request.options(), selection);
        return switch (take(request, selection)) {
            case PackCache.Taken.Alone alone -> sendAlone(pack, selection, client);
            case PackCache.Taken.ToMake made -> make(made.pack(), made.reading(), pack, selection, client);
            case PackCache.Taken.Made made -> {
                Optional<String> statistics = join(made.reading(), client);
                yield statistics.isPresent() ? statistics.get() : sendAlone(pack, selection, client);
            }
        };
    }

    private PackCache.Taken take(FetchRequest request, ObjectSelection selection) throws IOException {
        boolean whole = selection.isClone() && selection.filter() instanceof Filter.Everything;
        return resources.cache().mayKeep(whole ? packBytes() : 0)
            ? resources.cache().take(PackKey.of(view.id(), view.at(), request, selection))
            : resources.cache().alone();
    }

    private long packBytes() throws IOException {
        long bytes = 0;
        if (view.git() instanceof DfsRepository dfs) {
            for (DfsPackFile pack : dfs.getObjectDatabase().getPacks()) {
                DfsPackDescription description = pack.getPackDescription();
                bytes += description.getFileSize(PackExt.PACK);
            }
        }
        return bytes;
    }

    private String sendAlone(PackStream pack, ObjectSelection selection, PackClient client)
        throws IOException, ProtocolErrorException {
        BlockOutput blocks = new BlockOutput((packet, offset, length) -> client.block(packet, length));
        try (WalkedClones.Turn turn = turn(pack, selection, client::alive)) {
            String statistics = pack.write(blocks, new ClientProgress(client));
            blocks.finish();
            return statistics;
        }
    }

    /** Another thread makes the pack, from this call's view, at its own pace: this client may be slow, or leave. */
    private String make(SharedPack shared, SharedPack.Reading reading, PackStream pack, ObjectSelection selection,
                        PackClient client) throws IOException, ProtocolErrorException {
        Thread maker = Thread.ofVirtual().name("pack-maker").start(() -> make(shared, pack, selection));
        try {
            return copy(reading, client);
        } catch (SharedPack.FailedException e) {
            if (e.getCause() instanceof ProtocolErrorException told) {
                throw told;
            }
            throw e;
        } finally {
            reading.close();
            awaitEnd(maker);
        }
    }

    /** Waits however long it takes: the view that the maker reads is closed afterwards. */
    private static void awaitEnd(Thread maker) {
        boolean interrupted = false;
        while (maker.isAlive()) {
            try {
                maker.join();
            } catch (InterruptedException e) {
                interrupted = true;
                maker.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void make(SharedPack shared, PackStream pack, ObjectSelection selection) {
        BlockOutput blocks = new BlockOutput(shared::append);
        try (WalkedClones.Turn turn = turn(pack, selection, shared::requireReaders)) {
            String statistics = pack.write(blocks, new SharedProgress(shared));
            blocks.finish();
            shared.whole(statistics);
        } catch (IOException | ProtocolErrorException | RuntimeException | Error e) {
            shared.failed(e); // whoever reads it, tells it
        }
    }

    /** Empty: making it failed, and nothing of it was sent. */
    private static Optional<String> join(SharedPack.Reading opened, PackClient client)
        throws IOException, ProtocolErrorException {
        try (SharedPack.Reading reading = opened) {
            return Optional.of(copy(reading, client));
        } catch (SharedPack.FailedException e) {
            if (opened.taken() == 0) {
                return Optional.empty();
            }
            throw new ProtocolErrorException("the server failed to make the pack; its log says why");
        }
    }

    private static String copy(SharedPack.Reading reading, PackClient client) throws IOException {
        byte[] packet = new byte[PackClient.HEADER_BYTES + CachedFile.BLOCK_BYTES];
        while (true) {
            int length = reading.next(packet, PackClient.HEADER_BYTES);
            boolean told = false;
            for (String text : reading.news()) {
                client.text(text);
                told = true;
            }
            if (length > 0) {
                client.block(packet, length);
            } else if (length < 0) {
                return reading.statistics();
            } else if (!told) {
                client.alive();
            }
        }
    }

    private WalkedClones.Turn turn(PackStream pack, ObjectSelection selection, WalkedClones.SignOfLife client)
        throws IOException, ProtocolErrorException {
        return selection.isClone() && !pack.usesBitmap() ? resources.clones().await(client) : () -> { };
    }

    /** Progress of a pack that is made for one client. */
    private static final class ClientProgress extends GitProgress {
        private final PackClient client;

        ClientProgress(PackClient client) {
            this.client = client;
        }

        @Override
        protected void show(String task, String text) throws IOException {
            client.text(text);
        }

        @Override
        protected void probe() throws IOException {
            client.probe();
        }
    }

    /** Progress of a pack that is made for whoever reads it. */
    private static final class SharedProgress extends GitProgress {
        private final SharedPack shared;

        SharedProgress(SharedPack shared) {
            this.shared = shared;
        }

        @Override
        protected void show(String task, String text) {
            shared.tell(text);
        }

        @Override
        protected void probe() throws IOException {
            shared.requireReaders();
        }
    }
}
