package dev.trine.common.audit;

import java.util.Optional;

/** Checks that lines follow each other as they were written. Used by one thread, in the order of the lines. */
final class ChainCheck {
    private Optional<ChainLink> before = Optional.empty();

    /** Says what is wrong with the next line, in a sentence that begins with a verb; empty: nothing. */
    Optional<String> accept(AuditLines.Line line) {
        if (!line.whole()) {
            return Optional.of("has no end: whoever wrote it was stopped, or what came after was cut off");
        }
        Optional<ChainedLine> read = ChainedLine.read(line.bytes());
        if (read.isEmpty()) {
            return Optional.of("has not the form of an audit's line");
        }
        Optional<String> fault = fault(read.get());
        before = Optional.of(read.get().link());
        return fault;
    }

    /** The line that was accepted last; empty: there was none. */
    Optional<ChainLink> last() {
        return before;
    }

    private Optional<String> fault(ChainedLine line) {
        if (!line.whole()) {
            return Optional.of("was changed: its hash is not that of its text");
        }
        ChainLink follows = before.orElse(line.seq() == 1 ? ChainLink.START : new ChainLink(line.seq() - 1,
            line.prev()));
        long expected = follows.seq() + 1;
        if (line.seq() > expected) {
            return Optional.of("is number " + line.seq() + ", and " + expected + " should follow: "
                + (line.seq() - expected) + " before it are missing");
        }
        if (line.seq() < expected) {
            return Optional.of("is number " + line.seq() + ", and " + expected + " should follow: it was moved or"
                + " repeated");
        }
        return line.prev().equals(follows.hash()) ? Optional.empty()
            : Optional.of("does not follow the line before it, which is not the one that was there when it was"
                + " written");
    }
}
