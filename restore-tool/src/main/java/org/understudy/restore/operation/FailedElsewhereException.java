package org.understudy.restore.operation;

/** Work that another process did for this one has failed there; carries what that process said. */
public final class FailedElsewhereException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    public FailedElsewhereException(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
