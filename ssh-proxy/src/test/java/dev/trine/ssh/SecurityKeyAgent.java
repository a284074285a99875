package dev.trine.ssh;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;

/** An ssh-agent with one FIDO key that exists in software only, and signs with the flags that a test wants. */
final class SecurityKeyAgent implements AutoCloseable {
    private static final String APPLICATION = "ssh:";
    private static final int COUNTER = 41;

    private final ServerSocketChannel socket;
    private final KeyPair key;
    private final boolean edwards;
    private final int flags;

    SecurityKeyAgent(Path path, boolean edwards, int flags) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(edwards ? "Ed25519" : "EC");
        if (!edwards) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        this.key = generator.generateKeyPair();
        this.edwards = edwards;
        this.flags = flags;
        this.socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
        Thread.ofVirtual().start(this::serve);
    }

    private interface Part {
        void write(DataOutputStream out) throws Exception;
    }

    private static byte[] bytes(Part part) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        part.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static void string(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static void string(DataOutputStream out, String text) throws IOException {
        string(out, text.getBytes(StandardCharsets.US_ASCII));
    }

    private String type() {
        return edwards ? "sk-ssh-ed25519@openssh.com" : "sk-ecdsa-sha2-nistp256@openssh.com";
    }

    /** The public key in SSH wire format. */
    byte[] wire() throws Exception {
        byte[] encoded = key.getPublic().getEncoded();
        return bytes(out -> {
            string(out, type());
            if (!edwards) {
                string(out, "nistp256");
            }
            // both encodings end with the bytes of the point
            string(out, Arrays.copyOfRange(encoded, encoded.length - (edwards ? 32 : 65), encoded.length));
            string(out, APPLICATION);
        });
    }

    private void serve() {
        while (socket.isOpen()) {
            try {
                SocketChannel client = socket.accept();
                Thread.ofVirtual().start(() -> converse(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void converse(SocketChannel client) {
        try (client) {
            DataInputStream in = new DataInputStream(Channels.newInputStream(client));
            DataOutputStream out = new DataOutputStream(Channels.newOutputStream(client));
            while (true) {
                DataInputStream request =
                    new DataInputStream(new ByteArrayInputStream(in.readNBytes(in.readInt())));
                string(out, switch (request.readUnsignedByte()) {
                    case 11 -> bytes(answer -> {
                        answer.writeByte(12);
                        answer.writeInt(1);
                        string(answer, wire());
                        string(answer, "in software");
                    });
                    case 13 -> {
                        request.readNBytes(request.readInt());
                        byte[] data = request.readNBytes(request.readInt());
                        yield bytes(answer -> {
                            answer.writeByte(14);
                            string(answer, signature(data));
                        });
                    }
                    default -> new byte[] {5};
                });
                out.flush();
            }
        } catch (Exception gone) {
            // ssh has closed the connection; a test that expected a signature fails by itself
        }
    }

    private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private byte[] signature(byte[] data) throws Exception {
        Signature signer = Signature.getInstance(edwards ? "Ed25519" : "SHA256withECDSAinP1363Format");
        signer.initSign(key.getPrivate());
        signer.update(bytes(out -> {
            out.write(sha256(APPLICATION.getBytes(StandardCharsets.US_ASCII)));
            out.writeByte(flags);
            out.writeInt(COUNTER);
            out.write(sha256(data));
        }));
        byte[] raw = signer.sign();
        return bytes(out -> {
            string(out, type());
            string(out, edwards ? raw : bytes(pair -> {
                string(pair, new BigInteger(1, Arrays.copyOf(raw, 32)).toByteArray());
                string(pair, new BigInteger(1, Arrays.copyOfRange(raw, 32, 64)).toByteArray());
            }));
            out.writeByte(flags);
            out.writeInt(COUNTER);
        });
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
