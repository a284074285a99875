package dev.trine.router.routing;

/**
 * How a node fares, as one router sees it; decides among nodes that may serve, never whether they may.
 *
 * @param demoted recent requests to it failed, one after the other
 * @param near    it stands in the router's own zone
 * @param load    Git requests that it was serving when it last said so
 */
public record Standing(boolean demoted, boolean near, int load) {
    /** A node of which nothing is known. */
    public static final Standing NEUTRAL = new Standing(false, false, 0);
}
