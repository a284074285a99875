package dev.trine.router.accounts;

import dev.trine.common.config.Default;
import dev.trine.router.answer.Refusal;
import dev.trine.router.answer.Refusal.Reason;
import dev.trine.router.metadata.UserName;

/**
 * How much one user may have.
 *
 * @param grantsPerUserMax most grants of a user
 * @param keysPerUserMax   most SSH keys that sign a user in, and most deploy keys that he registered
 * @param tokensPerUserMax most personal tokens of a user that work, and most that act for themselves and that he made
 */
public record UserLimits(@Default("1000") int grantsPerUserMax, @Default("1000") int keysPerUserMax,
                         @Default("1000") int tokensPerUserMax) {
    private static final int MOST = 100_000;

    public UserLimits {
        if (outOfRange(grantsPerUserMax) || outOfRange(keysPerUserMax) || outOfRange(tokensPerUserMax)) {
            throw new IllegalArgumentException("grants-per-user-max, keys-per-user-max and tokens-per-user-max must be"
                + " 1 to " + MOST);
        }
    }

    private static boolean outOfRange(int max) {
        return max < 1 || max > MOST;
    }

    private static Refusal tooMany(String has, String setting, String remedy) {
        return new Refusal(Reason.WRONG_STATE, "user " + has + ", which is the limit (limits." + setting
            + " of the routers); " + remedy);
    }

    Refusal tooManyGrants(UserName user) {
        return tooMany(user + " has " + grantsPerUserMax + " grants", "grants-per-user-max",
            "remove one first, or grant on a group in place of its repositories");
    }

    /** Most grants of a user in one top group, of those that its administrators give: half of all. */
    int grantsInGroupMax() {
        return Math.max(1, grantsPerUserMax / 2);
    }

    Refusal tooManyGrantsInGroup(UserName user) {
        return tooMany(user + " has " + grantsInGroupMax() + " grants in that top group, half of what he may have",
            "grants-per-user-max", "remove one first, or grant on a group in place of its repositories, or ask an"
            + " administrator of the cluster");
    }

    Refusal tooManyKeys(UserName user) {
        return tooMany(user + " has " + keysPerUserMax + " keys", "keys-per-user-max",
            "remove one first; list them with 'trine key list " + user + "'");
    }

    Refusal tooManyDeployKeys(UserName user) {
        return tooMany(user + " has registered " + keysPerUserMax + " deploy keys", "keys-per-user-max", "remove one"
            + " first, or give rights to one that is registered; list them with 'trine key list " + user + "'");
    }

    Refusal tooManyTokens(UserName user) {
        return tooMany(user + " has " + tokensPerUserMax + " tokens that work", "tokens-per-user-max",
            "revoke one first; list them with 'trine token list " + user + "'");
    }

    Refusal tooManyDeployTokens(UserName user) {
        return tooMany(user + " has made " + tokensPerUserMax + " deploy and project tokens that work",
            "tokens-per-user-max", "revoke one first; list them with 'trine token list " + user + "'");
    }
}
