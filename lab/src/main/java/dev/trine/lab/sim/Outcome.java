package dev.trine.lab.sim;

/** What an operation of a simulated client came to. */
public enum Outcome {
    COMMITTED("pushes that were acknowledged"),
    REJECTED("pushes that were rejected"),
    NOT_APPLIED("pushes that never take effect"),
    UNKNOWN("pushes whose client gave up without an answer"),
    READ("reads that were served"),
    UNSERVED("reads that nobody could serve");

    private final String meaning;

    Outcome(String meaning) {
        this.meaning = meaning;
    }

    /** The operations so counted, for people. */
    public String meaning() {
        return meaning;
    }
}
