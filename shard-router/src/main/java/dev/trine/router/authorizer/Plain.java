package dev.trine.router.authorizer;

/** Text from outside that people are shown: cut, and without what could steer a terminal. */
final class Plain {
    private Plain() {
    }

    static String text(String given, int charsMax) {
        String cut = given.length() > charsMax ? given.substring(0, charsMax) + "…" : given;
        return cut.replaceAll("\\p{C}", "?");
    }
}
