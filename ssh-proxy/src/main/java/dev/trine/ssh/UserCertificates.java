package dev.trine.ssh;

import dev.trine.common.door.AddressRange;
import dev.trine.common.door.FileBacked;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.text.Printable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * Decides whose certificate a user certificate is, and whether it is good: all but the authority's signature on it,
 * which {@link PublicKeyProof} verifies. Any thread.
 */
final class UserCertificates {
    private static final int AUTHORITIES_BYTES_MAX = 1 << 20;
    private static final int ID_CHARS_SHOWN = 100;
    private static final int PRINCIPALS_MAX = 256;
    private static final long LAST_SECOND = 253_402_300_799L; // of the year 9999
    private static final Pattern USER_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final String ANYBODY = "git";

    private final FileBacked<Trust> trust;
    private final CertificateSettings settings;
    private final KeyRules rules;

    private UserCertificates(FileBacked<Trust> trust, CertificateSettings settings, KeyRules rules) {
        this.trust = trust;
        this.settings = settings;
        this.rules = rules;
    }

    /** Keys of authorities in SSH wire format, and what is revoked. */
    private record Trust(Set<ByteBuffer> authorities, RevocationList revoked) {
    }

    /** What is thought of a certificate. */
    sealed interface Verdict {
        /**
         * It is good.
         *
         * @param user    name of the user whom it signs in
         * @param name    name of the certificate for the log and the audit
         * @param expires when it ends; empty: never
         */
        record Good(String user, String name, Optional<Instant> expires) implements Verdict {
        }

        /** It is not, in one sentence. */
        record Bad(String why) implements Verdict {
        }
    }

    /** Reads the authorities' keys and the revocation list. */
    static UserCertificates open(CertificateSettings settings, KeyRules rules) throws StartException {
        List<Path> files = new ArrayList<>(settings.authorities());
        settings.krl().ifPresent(files::add);
        try {
            return new UserCertificates(FileBacked.open(files, () -> read(settings, rules)), settings, rules);
        } catch (IOException e) {
            throw new StartException("certificates: " + e.getMessage(), e);
        }
    }

    private static Trust read(CertificateSettings settings, KeyRules rules) throws IOException {
        Set<ByteBuffer> authorities = new HashSet<>();
        for (Path file : settings.authorities()) {
            String text = new String(FileBacked.bytes(file, AUTHORITIES_BYTES_MAX), StandardCharsets.UTF_8);
            for (String line : text.lines().map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#")).toList()) {
                authorities.add(ByteBuffer.wrap(wire(authority(file, line, rules))));
            }
        }
        RevocationList revoked = RevocationList.NONE;
        if (settings.krl().isPresent()) {
            try {
                revoked = RevocationList.parse(FileBacked.bytes(settings.krl().get(), RevocationList.BYTES_MAX));
            } catch (IOException e) {
                throw new IOException(settings.krl().get() + ": " + e.getMessage(), e);
            }
        }
        return new Trust(Set.copyOf(authorities), revoked);
    }

    private static PublicKey authority(Path file, String line, KeyRules rules) throws IOException {
        PublicKey key;
        try {
            key = PublicKeyEntry.parsePublicKeyEntry(line).resolvePublicKey(null, Map.of(), null);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IOException(file + " holds a line that is not a public key: write one per line, as in the"
                + " authority's file ending in .pub", e);
        }
        if (key == null || key instanceof OpenSshCertificate) {
            throw new IOException(file + " holds a key that cannot be an authority's");
        }
        Optional<String> objection = rules.objection(key);
        if (objection.isPresent()) {
            throw new IOException(file + ": " + objection.get());
        }
        return key;
    }

    /** A key in SSH wire format. */
    static byte[] wire(PublicKey key) {
        ByteArrayBuffer buffer = new ByteArrayBuffer();
        buffer.putRawPublicKey(key);
        return buffer.getCompactData();
    }

    /** Why a plain key, in SSH wire format, does not sign in; empty: it may. */
    Optional<String> objection(byte[] plainKey) {
        if (trust.get().revoked().revokesKey(plainKey)) {
            return Optional.of("the key was revoked; make another and register it");
        }
        return settings.forced() ? Optional.of("plain keys do not sign in here; get a certificate from your"
            + " organization's authority") : Optional.empty();
    }

    /** Whether any authority is trusted, so that certificates are worth a sentence. */
    boolean areServed() {
        return !settings.authorities().isEmpty();
    }

    /**
     * Looks at a certificate.
     *
     * @param connectAs the user name of the connection
     * @param from      the client's address
     */
    Verdict check(OpenSshCertificate certificate, String connectAs, Optional<InetAddress> from, Instant now) {
        String name = "certificate " + shown(certificate.getId()) + " serial "
            + Long.toUnsignedString(certificate.getSerial());
        Optional<String> objection = objection(certificate, from, now);
        if (objection.isPresent()) {
            return new Verdict.Bad(name + " " + objection.get());
        }
        List<String> users = certificate.getPrincipals().stream().limit(PRINCIPALS_MAX)
            .filter(principal -> principal.startsWith(settings.principalPrefix()))
            .map(principal -> principal.substring(settings.principalPrefix().length()))
            .filter(user -> USER_NAME.matcher(user).matches()).distinct().toList();
        if (users.isEmpty()) {
            return new Verdict.Bad(name + " names no user of Trine; let its authority add the user's name"
                + (settings.principalPrefix().isEmpty() ? "" : ", after '" + settings.principalPrefix() + "',")
                + " to its principals");
        }
        if (users.size() == 1 || users.contains(connectAs) && !connectAs.equals(ANYBODY)) {
            return new Verdict.Good(users.size() == 1 ? users.getFirst() : connectAs, name, end(certificate));
        }
        return new Verdict.Bad(name + " names several users; connect as one of them, as in ssh://" + users.getFirst()
            + "@HOST/GROUP/NAME.git");
    }

    private Optional<String> objection(OpenSshCertificate certificate, Optional<InetAddress> from, Instant now) {
        Trust trusted = trust.get();
        byte[] authority = wire(certificate.getCaPubKey());
        if (!trusted.authorities().contains(ByteBuffer.wrap(authority))) {
            return Optional.of("was signed by an authority that is not trusted here");
        }
        if (certificate.getType() != OpenSshCertificate.Type.USER) {
            return Optional.of("is a host's, not a user's");
        }
        if (trusted.revoked().revokesKey(authority) || trusted.revoked().revokesKey(wire(certificate.getCertPubKey()))
            || trusted.revoked().revokesCertificate(authority, certificate.getSerial(), certificate.getId())) {
            return Optional.of("was revoked; get a new one from your authority");
        }
        Optional<String> time = time(certificate, now);
        return time.isPresent() ? time : options(certificate, from)
            .or(() -> rules.objection(certificate.getCertPubKey()).map(why -> "is for a weak key: " + why));
    }

    private static Optional<String> time(OpenSshCertificate certificate, Instant now) {
        long second = now.getEpochSecond();
        if (Long.compareUnsigned(second, certificate.getValidAfter()) < 0) {
            return Optional.of("is not valid before " + moment(certificate.getValidAfter()) + "; it is "
                + moment(second) + " here");
        }
        return Long.compareUnsigned(second, certificate.getValidBefore()) < 0 ? Optional.empty()
            : Optional.of("expired at " + moment(certificate.getValidBefore()) + "; get a new one from your authority");
    }

    private static String moment(long second) {
        return Long.compareUnsigned(second, LAST_SECOND) > 0 ? "the end of time"
            : Instant.ofEpochSecond(second).toString();
    }

    private static Optional<Instant> end(OpenSshCertificate certificate) {
        return Long.compareUnsigned(certificate.getValidBefore(), LAST_SECOND) > 0 ? Optional.empty()
            : Optional.of(Instant.ofEpochSecond(certificate.getValidBefore()));
    }

    private static Optional<String> options(OpenSshCertificate certificate, Optional<InetAddress> from) {
        for (Map.Entry<String, String> option : certificate.getCriticalOptionsMap().entrySet()) {
            switch (option.getKey()) {
                case "source-address" -> {
                    if (from.filter(address -> isWithin(option.getValue(), address)).isEmpty()) {
                        return Optional.of("is not valid for connections from "
                            + from.map(InetAddress::getHostAddress).orElse("an unknown address"));
                    }
                }
                case "force-command" -> {
                    return Optional.of("is for one command only, which is not served here; get one without"
                        + " force-command");
                }
                default -> {
                    return Optional.of("has the critical option '" + shown(option.getKey())
                        + "', which is not known here; get one without it");
                }
            }
        }
        return Optional.empty();
    }

    /** Whether the address is in a list; a list of which a part cannot be read contains nothing. */
    private static boolean isWithin(String list, InetAddress address) {
        try {
            List<AddressRange> ranges = new ArrayList<>();
            for (String range : list.split(",")) {
                ranges.add(AddressRange.parse(range.strip()));
            }
            return AddressRange.anyContains(ranges, address);
        } catch (IllegalArgumentException unreadable) {
            return false;
        }
    }

    private static String shown(String text) {
        return Printable.line(text, ID_CHARS_SHOWN);
    }
}
