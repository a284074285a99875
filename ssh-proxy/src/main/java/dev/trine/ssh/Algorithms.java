package dev.trine.ssh;

import java.util.List;
import java.util.Set;
import org.apache.sshd.common.BaseBuilder;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;

/** What is offered to clients: nothing with SHA-1, CBC or groups below 2048 bits. */
final class Algorithms {
    private static final List<BuiltinDHFactories> KEY_EXCHANGES = List.of(BuiltinDHFactories.mlkem768x25519,
        BuiltinDHFactories.sntrup761x25519, BuiltinDHFactories.sntrup761x25519_openssh, BuiltinDHFactories.curve25519,
        BuiltinDHFactories.curve25519_libssh, BuiltinDHFactories.ecdhp256, BuiltinDHFactories.ecdhp384,
        BuiltinDHFactories.ecdhp521, BuiltinDHFactories.dhg16_512, BuiltinDHFactories.dhg14_256);
    // not ChaCha20: its implementation in Java is three times slower than AES, which the processor does
    private static final List<BuiltinCiphers> PREFERRED = List.of(BuiltinCiphers.aes128gcm, BuiltinCiphers.aes256gcm);
    private static final List<BuiltinCiphers> CIPHERS = List.of(BuiltinCiphers.aes128gcm, BuiltinCiphers.aes256gcm,
        BuiltinCiphers.aes128ctr, BuiltinCiphers.aes192ctr, BuiltinCiphers.aes256ctr);
    private static final List<BuiltinMacs> MACS = List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm,
        BuiltinMacs.hmacsha256, BuiltinMacs.hmacsha512);

    private static final Set<BuiltinSignatures> SHA1 = Set.of(BuiltinSignatures.rsa, BuiltinSignatures.rsa_cert);

    private Algorithms() {
    }

    /** Whether a cipher needs no MAC beside it, and the least time. */
    static boolean isPreferred(String cipher) {
        return PREFERRED.stream().anyMatch(preferred -> preferred.getName().equals(cipher));
    }

    /** Lets a server offer these and no others. */
    static void limit(SshServer server) {
        server.setKeyExchangeFactories(
            NamedFactory.setUpTransformedFactories(true, KEY_EXCHANGES, ServerBuilder.DH2KEX));
        server.setCipherFactories(List.copyOf(NamedFactory.setUpBuiltinFactories(true, CIPHERS)));
        server.setMacFactories(List.copyOf(NamedFactory.setUpBuiltinFactories(true, MACS)));
        server.setSignatureFactories(List.copyOf(NamedFactory.setUpBuiltinFactories(true,
            BaseBuilder.DEFAULT_SIGNATURE_PREFERENCE.stream()
                .filter(signature -> !SHA1.contains(signature)).toList())));
    }
}
