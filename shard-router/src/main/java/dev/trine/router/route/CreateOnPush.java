package dev.trine.router.route;

/** Who creates a repository by pushing to a path that does not exist. */
public enum CreateOnPush {
    /** Nobody. */
    OFF,
    /** Who has the administrator's role there. */
    ADMINS,
    /** Who may push there. */
    WRITERS
}
