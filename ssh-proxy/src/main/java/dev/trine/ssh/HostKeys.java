package dev.trine.ssh;

import dev.trine.common.door.FileBacked;
import dev.trine.common.lifecycle.StartException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host keys, one Ed25519, one ECDSA and one RSA, in OpenSSH's format beside their public halves. Private files are
 * readable by their owner only. A key that exists is never replaced. Keys in the directory "next" are announced only. A
 * file ending in "-cert.pub" is a key's certificate, and read again when it changes.
 */
final class HostKeys {
    private static final Logger LOG = LoggerFactory.getLogger(HostKeys.class);
    private static final int CERTIFICATE_BYTES_MAX = 64 * 1024;

    private final Path directory;

    HostKeys(Path directory) {
        this.directory = directory;
    }

    /** The kinds of key, in the order in which they are offered. */
    private enum Kind {
        ED25519("ssh_host_ed25519_key", KeyPairProvider.SSH_ED25519, 256),
        ECDSA("ssh_host_ecdsa_key", KeyPairProvider.ECDSA_SHA2_NISTP256, 256),
        RSA("ssh_host_rsa_key", KeyPairProvider.SSH_RSA, 3072);

        private final String file;
        private final String type;
        private final int bits;

        Kind(String file, String type, int bits) {
            this.file = file;
            this.type = type;
            this.bits = bits;
        }

        Path in(Path directory) {
            return directory.resolve(file);
        }
    }

    /** The keys, made now if they do not exist. */
    HostKeyRing load() throws StartException {
        try {
            Files.createDirectories(directory);
            List<KeyPair> offered = new ArrayList<>();
            List<KeyPair> announced = new ArrayList<>();
            for (Kind kind : Kind.values()) {
                makeIfMissing(kind);
                offered.add(read(kind.in(directory)));
                Path next = kind.in(directory.resolve("next"));
                if (Files.exists(next)) {
                    announced.add(read(next));
                }
            }
            List<Path> certificates = Arrays.stream(Kind.values())
                .map(kind -> Path.of(kind.in(directory) + "-cert.pub")).toList();
            return new HostKeyRing(offered, announced,
                FileBacked.open(certificates, () -> certificates(certificates, offered)));
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

    private static List<OpenSshCertificate> certificates(List<Path> files, List<KeyPair> keys) throws IOException {
        List<OpenSshCertificate> certificates = new ArrayList<>();
        for (Path file : files) {
            if (Files.exists(file)) {
                certificates.add(certificate(file, keys));
            }
        }
        return List.copyOf(certificates);
    }

    private static OpenSshCertificate certificate(Path file, List<KeyPair> keys) throws IOException {
        String line = new String(FileBacked.bytes(file, CERTIFICATE_BYTES_MAX), StandardCharsets.UTF_8).strip();
        try {
            if (PublicKeyEntry.parsePublicKeyEntry(line)
                .resolvePublicKey(null, Map.of(), null) instanceof OpenSshCertificate certificate
                && certificate.getType() == OpenSshCertificate.Type.HOST
                && keys.stream().anyMatch(key -> KeyUtils.compareKeys(key.getPublic(), certificate.getCertPubKey()))) {
                return certificate;
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
        throw new IOException(file + " is not a host certificate of the key beside it; make one with"
            + " 'ssh-keygen -s AUTHORITY -h -I ID -n HOST', or remove it");
    }

    /** Several proxies that share the directory may start at once: the first one's key is everybody's. */
    private void makeIfMissing(Kind kind) throws IOException, GeneralSecurityException {
        Path file = kind.in(directory);
        if (Files.exists(file)) {
            return;
        }
        KeyPair key = KeyUtils.generateKeyPair(kind.type, kind.bits);
        ByteArrayOutputStream secret = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "trine", null, secret);
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(key.getPublic(), "trine", shown);
        try {
            install(file, secret.toByteArray(), "rw-------");
        } catch (FileAlreadyExistsException another) {
            LOG.atInfo().addKeyValue("file", file).log("another proxy has made this host key meanwhile");
            return;
        }
        install(Path.of(file + ".pub"), shown.toByteArray(), "rw-r--r--", StandardCopyOption.REPLACE_EXISTING);
    }

    /** Writes a file so that it is there whole or not at all, also after a crash. */
    private void install(Path file, byte[] content, String permissions, CopyOption... options) throws IOException {
        Path temporary = Files.createTempFile(directory, "key", ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(temporary, content);
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, file, options);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
