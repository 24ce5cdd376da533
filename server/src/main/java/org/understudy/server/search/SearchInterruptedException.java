package org.understudy.server.search;

/** Nobody waits for the answer any more. */
public final class SearchInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SearchInterruptedException() {
        super("nobody waits for the answer any more");
    }
}
