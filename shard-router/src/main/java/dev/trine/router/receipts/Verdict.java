package dev.trine.router.receipts;

/** What the findings of all nodes come to. */
public enum Verdict {
    /** At least two nodes have the change, and one of them shows the receipt. */
    DURABLE("durable"),
    /** Nobody contradicts, but fewer than two nodes could be asked, or have it. */
    UNCONFIRMED("unconfirmed"),
    /** A node shows another history than the receipt, or than another node: a user was told what is not so. */
    CONTRADICTED("contradicted"),
    /** No node keeps a receipt of that version, so there is nothing to compare. */
    NOT_KEPT("not-kept");

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    /** The word for users. */
    public String word() {
        return word;
    }
}
