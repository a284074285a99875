package dev.trine.lab.sim;

/** Of several things that may happen to a request only the first counts: an answer, a crash, the end of patience. */
final class Once {
    private final Runnable failed;
    private boolean over;

    Once(Runnable failed) {
        this.failed = failed;
    }

    boolean isOver() {
        return over;
    }

    void succeed(Runnable with) {
        if (!over) {
            over = true;
            with.run();
        }
    }

    void fail() {
        if (!over) {
            over = true;
            failed.run();
        }
    }
}
