package org.understudy.restore.repository.backend;

import java.io.IOException;

/** A file is there, and its bytes are not those that were put. */
public final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1;

    public DamagedFileException(String message) {
        super(message);
    }
}
