package dev.trine.server.upload;

import dev.trine.common.lifecycle.OwnThread;
import dev.trine.server.admission.Claimant;
import dev.trine.server.admission.Turn;
import dev.trine.server.admission.Turns;
import dev.trine.server.admission.Waiting;
import dev.trine.server.hosting.Deed;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.kept.BlockOutput;
import dev.trine.server.kept.CachedFile;
import dev.trine.server.kept.Making;
import dev.trine.server.kept.SharedStream;
import dev.trine.server.kept.StreamCache;
import dev.trine.server.pkt.GitProgress;
import dev.trine.server.pkt.OverLimitException;
import dev.trine.server.pkt.PktWriter;
import dev.trine.server.pkt.ProtocolErrorException;
import dev.trine.server.pkt.SideBand;
import java.io.IOException;
import java.io.InterruptedIOException;
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
    /** A megabyte. */
    private static final int LARGE_BLOCKS = 16;

    private final RepositoryView view;
    private final FetchResources resources;
    private final OutputStream out;
    private final Claimant who;
    private final Optional<String> notice;
    private final Deed deed;

    /**
     * Sends packs to one client.
     *
     * @param who    for whom packs are made
     * @param notice a sentence that the client's user sees first, where there is a side-band
     * @param deed   where it is noted, for the audit
     */
    PackSender(RepositoryView view, FetchResources resources, OutputStream out, Claimant who,
               Optional<String> notice, Deed deed) {
        this.view = view;
        this.resources = resources;
        this.out = out;
        this.who = who;
        this.notice = notice;
        this.deed = deed;
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
        deed.did(selection.common().isEmpty() ? Deed.Kind.CLONE : Deed.Kind.FETCH);
        PackStream pack = new PackStream(view, resources, reader, request.options(), selection);
        long begun = resources.turns().packs().now();
        while (true) {
            switch (take(request, selection)) {
                case StreamCache.Taken.Alone alone -> {
                    return sendAlone(pack, selection, client);
                }
                case StreamCache.Taken.ToMake made -> {
                    return make(made.stream(), made.reading(), pack, selection, client);
                }
                case StreamCache.Taken.Made made -> {
                    switch (join(made.stream(), made.reading(), client)) {
                        case Joined.Sent sent -> {
                            return sent.statistics();
                        }
                        case Joined.Failed failed -> {
                            return sendAlone(pack, selection, client);
                        }
                        case Joined.NoTurn none -> {
                            if (resources.turns().packs().isTooLong(begun)) {
                                throw none.why();
                            }
                        }
                    }
                }
            }
        }
    }

    /** What came of joining a pack that is made for another client. */
    private sealed interface Joined {
        /** It was sent. */
        record Sent(String statistics) implements Joined {
        }

        /** Making it failed, and nothing of it was sent. */
        record Failed() implements Joined {
        }

        /** There was no turn for the other client, who is not this one. */
        record NoTurn(OverLimitException why) implements Joined {
        }
    }

    private StreamCache.Taken take(FetchRequest request, ObjectSelection selection) throws IOException {
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
        boolean walks = walks(pack, selection);
        try (Turn turn = turns(walks).await(who, client, waiting(client))) {
            BlockOutput blocks = new BlockOutput((packet, offset, length) -> {
                leaveIfPaced(turn, walks);
                client.block(packet, length);
            });
            String statistics = pack.write(blocks, new ClientProgress(client));
            blocks.finish();
            return statistics;
        }
    }

    /** Another thread makes the pack, from this call's view. */
    private String make(SharedStream shared, SharedStream.Reading opened, PackStream pack, ObjectSelection selection,
                        PackClient client) throws IOException, ProtocolErrorException {
        try (Making making = Making.start("pack-maker", shared, () -> make(shared, pack, selection));
             SharedStream.Reading reading = opened) {
            return copy(reading, client, () -> { });
        } catch (SharedStream.FailedException e) {
            if (e.getCause() instanceof ProtocolErrorException told) {
                throw told;
            }
            throw e;
        }
    }

    private String make(SharedStream shared, PackStream pack, ObjectSelection selection)
        throws IOException, ProtocolErrorException {
        boolean walks = walks(pack, selection);
        try (Turn turn = turns(walks).await(who, shared, waiting(shared))) {
            BlockOutput blocks = new BlockOutput((packet, offset, length) ->
                shared.append(packet, offset, length, () -> leaveIfPaced(turn, walks)));
            String statistics = pack.write(blocks, new SharedProgress(shared));
            blocks.finish();
            return statistics;
        }
    }

    private Joined join(SharedStream shared, SharedStream.Reading opened, PackClient client) throws IOException {
        try (SharedStream.Reading reading = opened) {
            claim(shared);
            return new Joined.Sent(copy(reading, client, () -> claim(shared)));
        } catch (SharedStream.FailedException e) {
            if (e.getCause() instanceof OverLimitException none) {
                return new Joined.NoTurn(none);
            }
            if (opened.taken() == 0) {
                return new Joined.Failed();
            }
            throw e;
        }
    }

    /** If the pack is still to be made, this client's turn counts as well as that of who makes it. */
    private void claim(SharedStream shared) {
        resources.turns().packs().claim(shared, who);
        resources.turns().walks().claim(shared, who);
    }

    /** A large pack goes on in a thread of its own: by then it is moved, and hardly ever waited for. */
    private static String copy(SharedStream.Reading reading, PackClient client, Runnable whileNothingComes)
        throws IOException {
        byte[] packet = new byte[PackClient.HEADER_BYTES + CachedFile.BLOCK_BYTES];
        while (!Thread.currentThread().isVirtual() || reading.taken() < LARGE_BLOCKS) {
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
            } else {
                whileNothingComes.run();
                if (!told) {
                    client.alive();
                }
            }
        }
        try {
            return OwnThread.run("pack-copy", () -> copy(reading, client, whileNothingComes));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("ended while a pack was sent");
        }
    }

    private static boolean walks(PackStream pack, ObjectSelection selection) throws IOException {
        return selection.isClone() && !pack.usesBitmap();
    }

    private Turns turns(boolean walks) {
        return walks ? resources.turns().walks() : resources.turns().packs();
    }

    /** What is left is done as fast as a client takes it. Only of walking much stays in memory until the end. */
    private static void leaveIfPaced(Turn turn, boolean walks) {
        if (!walks) {
            turn.close();
        }
    }

    private static Waiting waiting(PackClient client) {
        return new Waiting() {
            @Override
            public void told(String text) throws IOException {
                client.text(text);
            }

            @Override
            public void over(String text) throws IOException {
                client.text(text);
            }

            @Override
            public void alive() throws IOException {
                client.alive();
            }
        };
    }

    private static Waiting waiting(SharedStream shared) {
        return new Waiting() {
            @Override
            public void told(String text) throws IOException {
                shared.requireReaders();
                shared.tellPlace(text, true);
            }

            @Override
            public void over(String text) {
                shared.tellPlace(text, false);
            }

            @Override
            public void alive() throws IOException {
                shared.requireReaders();
            }
        };
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
        private final SharedStream shared;

        SharedProgress(SharedStream shared) {
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
