package org.understudy.restore.source.pst;

import java.io.IOException;

/** Something of the file is not as the format has it; the message says what, where, and what was expected. */
final class DamageException extends IOException {
    private static final long serialVersionUID = 1;

    DamageException(String message) {
        super(message);
    }

    /** What was expected and what was found. */
    String why() {
        return String.valueOf(getMessage());
    }
}
