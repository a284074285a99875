package dev.trine.router.metadata;

/** The metadata database cannot be reached, or did not answer in time. The message is a sentence for people. */
public final class MetadataAwayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MetadataAwayException(String message, Throwable cause) {
        super(message, cause);
    }

    MetadataAwayException(String message) {
        super(message);
    }

    /** The same, and what that means for the thing that was asked for, in a clause. */
    public MetadataAwayException meaning(String meanwhile) {
        return new MetadataAwayException(getMessage() + "; " + meanwhile, this);
    }
}
