package org.understudy.restore.source.imap;

import java.io.IOException;

/** What a server answered that is not what was asked for. */
abstract sealed class ImapException extends IOException {
    private static final long serialVersionUID = 1;

    private ImapException(String message) {
        super(message);
    }

    /** {@code NO} or {@code BAD}: the connection goes on. */
    static final class Refused extends ImapException {
        private static final long serialVersionUID = 1;

        /** @param words the server's own */
        Refused(String words) {
            super(words);
        }
    }

    /** The answer does not hold together, or the server said BYE: the connection is of no more use. */
    static final class Broken extends ImapException {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message);
        }
    }
}
