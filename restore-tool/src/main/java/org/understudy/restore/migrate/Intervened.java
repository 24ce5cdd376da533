package org.understudy.restore.migrate;

/** Somebody else changed a mailbox between a look at it and an effect on it; the effect did not take place. */
final class Intervened extends RuntimeException {
    private static final long serialVersionUID = 1;

    Intervened() {
        super("another effect came between");
    }
}
