package org.understudy.restore.repository.backend;

/** Is told of bytes that were read or written, and stops the work when that is wanted. */
public interface ByteMeter {
    /** Tells nobody, and stops when the thread was interrupted. */
    ByteMeter SILENT = count -> {
        if (Thread.interrupted()) {
            throw new InterruptedException("stopped on request");
        }
    };

    /** @throws InterruptedException if the work is to stop */
    void bytes(long count) throws InterruptedException;
}
