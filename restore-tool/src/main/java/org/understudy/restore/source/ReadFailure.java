package org.understudy.restore.source;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Input errors of a source in words. */
public final class ReadFailure {
    private ReadFailure() {}

    /** Why reading failed and what to do, as a clause without a full stop. */
    public static String words(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "it vanished after it was listed; a mail server may be changing this Maildir, so read a copy or a"
                    + " file system snapshot of it";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied; run as a user who may read it";
        }
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
