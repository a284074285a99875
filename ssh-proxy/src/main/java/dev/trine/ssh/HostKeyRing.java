package dev.trine.ssh;

import dev.trine.common.door.FileBacked;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.keyprovider.HostKeyCertificateProvider;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.SessionContext;

/**
 * The keys by which this proxy shows who it is. Any thread.
 *
 * @param offered      keys of which a client chooses one when it connects
 * @param announced    keys that clients are told of, to know them when they are offered later
 * @param certificates certificates of offered keys
 */
record HostKeyRing(List<KeyPair> offered, List<KeyPair> announced, FileBacked<List<OpenSshCertificate>> certificates)
    implements HostKeyCertificateProvider {
    HostKeyRing {
        offered = List.copyOf(offered);
        announced = List.copyOf(announced);
    }

    KeyPairProvider keys() {
        return KeyPairProvider.wrap(offered);
    }

    @Override
    public Iterable<OpenSshCertificate> loadCertificates(SessionContext session) {
        return certificates.get();
    }

    /** All keys that a client is told of, by their public halves in SSH wire format. */
    Map<byte[], KeyPair> told() {
        Map<byte[], KeyPair> told = new LinkedHashMap<>();
        offered.forEach(key -> told.put(UserCertificates.wire(key.getPublic()), key));
        announced.stream().filter(key -> offered.stream().noneMatch(other ->
                KeyUtils.compareKeys(key.getPublic(), other.getPublic())))
            .forEach(key -> told.put(UserCertificates.wire(key.getPublic()), key));
        return told;
    }

    /** The key with that public half. */
    Optional<KeyPair> find(byte[] wire) {
        Set<Map.Entry<byte[], KeyPair>> told = told().entrySet();
        return told.stream().filter(key -> Arrays.equals(key.getKey(), wire)).map(Map.Entry::getValue).findFirst();
    }
}
