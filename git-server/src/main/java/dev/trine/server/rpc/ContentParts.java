package dev.trine.server.rpc;

import dev.trine.common.wire.Wire;
import dev.trine.proto.ContentHead;
import dev.trine.proto.ContentHead.Outcome;
import dev.trine.proto.ContentPart;
import dev.trine.server.content.ContentClient;
import dev.trine.server.content.Head;
import java.io.IOException;

/** Sends head and data of one call. Used by the service's thread. */
final class ContentParts implements ContentClient {
    private final Outbox<ContentPart> outbox;
    private final ChunkOutput data;

    ContentParts(Outbox<ContentPart> outbox) {
        this.outbox = outbox;
        this.data = new ChunkOutput(
            new CallWay<>(outbox, bytes -> ContentPart.newBuilder().setData(bytes).build()));
    }

    @Override
    public void head(Head head) throws IOException {
        outbox.send(ContentPart.newBuilder().setHead(toProto(head)).build());
    }

    @Override
    public void data(byte[] bytes, int offset, int length) throws IOException {
        data.write(bytes, offset, length);
    }

    @Override
    public void requireThere() throws IOException {
        outbox.requireClient();
    }

    /** Sends what is left. */
    void finish() throws IOException {
        data.flush();
    }

    private static ContentHead.Builder toProto(Head head) {
        return switch (head) {
            case Head.Found found -> {
                ContentHead.Builder proto = ContentHead.newBuilder().setOutcome(Outcome.FOUND)
                    .setCommitId(Wire.toProto(found.commit())).setEtag(found.etag()).setText(found.text());
                found.size().ifPresent(proto::setSize);
                found.part().ifPresent(part -> proto.setFirst(part.first()).setLast(part.last()));
                yield proto;
            }
            case Head.NotModified same -> ContentHead.newBuilder().setOutcome(Outcome.NOT_MODIFIED)
                .setCommitId(Wire.toProto(same.commit())).setEtag(same.etag());
            case Head.Missing missing -> told(Outcome.MISSING, missing.why());
            case Head.TooLarge large -> told(Outcome.TOO_LARGE, large.why());
            case Head.NotSatisfiable none -> told(Outcome.NOT_SATISFIABLE, "there are only " + none.size() + " bytes")
                .setEtag(none.etag()).setSize(none.size());
        };
    }

    private static ContentHead.Builder told(Outcome outcome, String sentence) {
        return ContentHead.newBuilder().setOutcome(outcome).setMessage(sentence);
    }
}
