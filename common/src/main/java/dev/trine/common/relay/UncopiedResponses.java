package dev.trine.common.relay;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.trine.proto.GitRequest;
import dev.trine.proto.GitResponse;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads a node's messages so that the bytes of a pack are taken from the network's buffers once, and stay there. */
final class UncopiedResponses implements MethodDescriptor.Marshaller<GitResponse> {
    private final MethodDescriptor.Marshaller<GitResponse> usual;

    private UncopiedResponses(MethodDescriptor.Marshaller<GitResponse> usual) {
        this.usual = usual;
    }

    /** The method with such responses. */
    static MethodDescriptor<GitRequest, GitResponse> of(MethodDescriptor<GitRequest, GitResponse> method) {
        return method.toBuilder(method.getRequestMarshaller(), new UncopiedResponses(method.getResponseMarshaller()))
            .build();
    }

    @Override
    public InputStream stream(GitResponse message) {
        return usual.stream(message);
    }

    @Override
    public GitResponse parse(InputStream stream) {
        if (!(stream instanceof KnownLength)) {
            return usual.parse(stream);
        }
        try {
            byte[] message = new byte[stream.available()];
            if (stream.readNBytes(message, 0, message.length) < message.length) {
                throw new EOFException("a message was cut short");
            }
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(message).newCodedInput();
            in.enableAliasing(true);
            return GitResponse.parseFrom(in);
        } catch (IOException e) {
            throw Status.INTERNAL.withDescription("a message that is none").withCause(e).asRuntimeException();
        }
    }
}
