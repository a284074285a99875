package dev.trine.server.receive;

import dev.trine.common.model.PushId;
import dev.trine.common.model.RepoId;
import dev.trine.server.pkt.OneLine;
import dev.trine.server.pkt.ProtocolErrorException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a client calls its push, so that it may try it again without fear: of all pushes with one token, by one user to
 * one repository, at most one takes effect. Sent as push option {@code trine.push-id=TOKEN}.
 */
public record PushToken(String text) {
    private static final String RESERVED = "trine.";
    private static final String OPTION = "trine.push-id=";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{8,64}");

    public PushToken {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a token (8 to 64 letters, digits, '.', '_', ':' or '-'): '"
                + OneLine.of(text) + "'");
        }
    }

    /** The token among push options, if there is one. */
    static Optional<PushToken> among(List<String> options) throws ProtocolErrorException {
        Optional<PushToken> token = Optional.empty();
        for (String option : options) {
            if (option.startsWith(OPTION)) {
                if (token.isPresent()) {
                    throw new ProtocolErrorException("more than one push option trine.push-id; send one");
                }
                token = Optional.of(parse(option.substring(OPTION.length())));
            } else if (option.startsWith(RESERVED)) {
                throw new ProtocolErrorException("there is no push option '" + OneLine.of(option)
                    + "'; this server knows trine.push-id=TOKEN");
            }
        }
        return token;
    }

    private static PushToken parse(String text) throws ProtocolErrorException {
        try {
            return new PushToken(text);
        } catch (IllegalArgumentException e) {
            throw new ProtocolErrorException("the push option trine.push-id is " + e.getMessage());
        }
    }

    /** The identity of the push: nobody else's, whatever token he chooses. */
    PushId idFor(RepoId repo, String user) {
        return PushId.of("token of " + repo + " " + user + " " + text);
    }
}
