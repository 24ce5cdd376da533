package org.understudy.restore.repository.backend;

import java.io.IOException;
import java.nio.file.Path;

/** The file that a put reads is not the one that was announced. */
public final class ChangedSourceException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Path file;
    private final String expected;
    private final String found;

    ChangedSourceException(Path file, String expected, String found) {
        super(file + " reads other than before: expected SHA-256 " + expected + ", found " + found);
        this.file = file;
        this.expected = expected;
        this.found = found;
    }

    public Path file() {
        return file;
    }

    /** SHA-256 in hexadecimal digits. */
    public String expected() {
        return expected;
    }

    /** SHA-256 in hexadecimal digits. */
    public String found() {
        return found;
    }
}
