package dev.trine.ssh;

import dev.trine.common.lifecycle.StartException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host keys, one Ed25519 and one RSA, in OpenSSH's format beside their public halves. Private files are readable by
 * their owner only. A key that exists is never replaced.
 */
final class HostKeys {
    private static final Logger LOG = LoggerFactory.getLogger(HostKeys.class);
    private static final int ED25519_BITS = 256;
    private static final int RSA_BITS = 3072;

    private final Path directory;

    HostKeys(Path directory) {
        this.directory = directory;
    }

    /** The keys, made now if they do not exist. */
    KeyPairProvider load() throws StartException {
        try {
            Files.createDirectories(directory);
            Path ed25519 = directory.resolve("ssh_host_ed25519_key");
            Path rsa = directory.resolve("ssh_host_rsa_key");
            makeIfMissing(ed25519, KeyPairProvider.SSH_ED25519, ED25519_BITS);
            makeIfMissing(rsa, KeyPairProvider.SSH_RSA, RSA_BITS);
            return KeyPairProvider.wrap(read(ed25519), read(rsa));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new StartException("host keys in " + directory + " can be neither read nor made: " + e.getMessage(),
                e);
        }
    }

    private static KeyPair read(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Iterable<KeyPair> keys = SecurityUtils.loadKeyPairIdentities(null, new PathResource(file), in, null);
            if (keys == null) {
                throw new IOException(file + " holds no key; restore it, or remove it and a new one is made");
            }
            KeyPair key = keys.iterator().next();
            LOG.atInfo().addKeyValue("fingerprint", KeyUtils.getFingerPrint(key.getPublic())).log("host key");
            return key;
        }
    }

    private void makeIfMissing(Path file, String type, int bits) throws IOException, GeneralSecurityException {
        if (Files.exists(file)) {
            return;
        }
        KeyPair key = KeyUtils.generateKeyPair(type, bits);
        ByteArrayOutputStream secret = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "trine", null, secret);
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(key.getPublic(), "trine", shown);
        install(Path.of(file + ".pub"), shown.toByteArray(), "rw-r--r--");
        install(file, secret.toByteArray(), "rw-------");
    }

    /** Writes a file so that it is there whole or not at all, also after a crash. */
    private void install(Path file, byte[] content, String permissions) throws IOException {
        Path temporary = Files.createTempFile(directory, "key", ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(temporary, content);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
