package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Faults of a repository in an operator's words. */
final class Refusal {
    private Refusal() {}

    /** An operating system's refusal to read or write {@code path}, by what it says. */
    static OperatorException io(String doing, Path path, IOException e) {
        return io(doing, path.toString(), e);
    }

    /** The refusal of a disk or a service to read or write {@code place}, by what it says. */
    static OperatorException io(String doing, String path, IOException e) {
        String said = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
        String text =
                doing + " " + path + " failed: " + (said == null ? e.getClass().getSimpleName() : said);
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || lower.contains("quota exceeded")) {
            return new OperatorException(
                    Reason.DISK_FULL,
                    text,
                    "Make room on that file system or move the repository, then run the command again;"
                            + " what was copied so far is used again.",
                    e);
        }
        if (e instanceof AccessDeniedException || lower.contains("permission denied")) {
            return new OperatorException(
                    Reason.PERMISSION,
                    text,
                    "Run the command as the user that owns the folder, or give that user access to it.",
                    e);
        }
        if (e instanceof NoSuchFileException) {
            return new OperatorException(
                    Reason.REPOSITORY,
                    doing + " " + path + " failed: there is no such file",
                    "Run 'understudy repo verify' to see what else is missing.",
                    e);
        }
        return new OperatorException(
                Reason.IO,
                text,
                "Look at the system log for errors of that disk or network mount before trying again.",
                e);
    }

    static OperatorException repository(String message, String hint) {
        return new OperatorException(Reason.REPOSITORY, message, hint);
    }
}
