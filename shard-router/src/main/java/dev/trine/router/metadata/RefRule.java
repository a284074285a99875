package dev.trine.router.metadata;

import java.util.Optional;

/**
 * Refs that not every writer may change, in one repository or in all below a group. Where several rules match a ref,
 * all of them hold.
 *
 * @param scope   where it was set
 * @param pattern full ref name in which '*' stands for anything but '/', and '**' for anything
 * @param push    least role that may create the ref and move it forwards; empty: nobody may
 * @param force   least role that may also move it elsewhere; empty: nobody may
 * @param delete  least role that may delete it; empty: nobody may
 */
public record RefRule(Scope scope, String pattern, Optional<AccessRole> push, Optional<AccessRole> force,
                      Optional<AccessRole> delete) {
    /** Longest pattern, in characters. */
    public static final int PATTERN_CHARS_MAX = 255;
    /** Most rules at one scope. */
    public static final int AT_SCOPE_MAX = 50;

    public RefRule {
        if (!pattern.matches("refs/(heads|tags)/[^\\p{Cntrl} ~^:?\\[\\\\]+") || pattern.length() > PATTERN_CHARS_MAX) {
            throw new IllegalArgumentException("'" + Shown.briefly(pattern) + "' is not a pattern of refs: it begins"
                + " with refs/heads/ or refs/tags/, as in refs/heads/release/*, and has at most " + PATTERN_CHARS_MAX
                + " characters, none of them a blank or one of ~^:?[\\");
        }
    }

    /** What somebody with that role may do with the refs that match. */
    public RefLimit limitFor(AccessRole role) {
        return new RefLimit(pattern, isEnough(push, role), isEnough(force, role), isEnough(delete, role));
    }

    private static boolean isEnough(Optional<AccessRole> least, AccessRole role) {
        return least.filter(role::contains).isPresent();
    }
}
