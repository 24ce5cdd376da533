package org.understudy.restore.operation;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Why work ended without a result, in the form that operators, scripts and the admin API see.
 *
 * @param reason name of a {@link Reason}, or {@code INTERNAL} for a fault of the program, or {@code INTERRUPTED}
 * @param message what happened and where
 * @param hint what to do next, or empty
 * @param exitCode exit code of the command line: that of the reason, 70 for a fault of the program, 130 if interrupted
 */
public record Failure(String reason, String message, String hint, int exitCode) {
    public static final String INTERNAL = "INTERNAL";
    public static final String INTERRUPTED = "INTERRUPTED";
    /** EX_SOFTWARE of sysexits.h. */
    public static final int INTERNAL_EXIT_CODE = 70;
    /** What shells report of a program that Ctrl-C stopped: 128 and SIGINT. */
    public static final int INTERRUPTED_EXIT_CODE = 130;

    private static final int DEEPEST_CAUSE = 20;

    public static Failure of(Reason reason, String message, String hint) {
        return new Failure(reason.name(), message, hint, reason.exitCode());
    }

    /** Explains a throwable; what is not known to be an operator's matter counts as a fault of the program. */
    public static Failure of(Throwable thrown) {
        return switch (thrown) {
            case OperatorException e -> of(e.reason(), String.valueOf(e.getMessage()), e.hint());
            case FailedElsewhereException e -> e.failure();
            case CorruptionException e ->
                of(
                        Reason.UNSOUND,
                        String.valueOf(e.getMessage()),
                        "run 'understudy fsck' to see which mail is concerned; keep the disk's files as they are until then");
            case InterruptedException e -> interrupted();
            case InterruptedIOException e -> interrupted();
            case UncheckedIOException e when e.getCause() != null -> of(e.getCause());
            case IOException e -> ofInputOutput(e);
            default -> internal(thrown);
        };
    }

    public static Failure interrupted() {
        return new Failure(
                INTERRUPTED,
                "interrupted; what was done so far is kept",
                "give the same command again to go on",
                INTERRUPTED_EXIT_CODE);
    }

    /** True if the program itself is at fault, so that a stack trace is worth keeping. */
    public boolean internal() {
        return reason.equals(INTERNAL);
    }

    private static Failure ofInputOutput(IOException e) {
        return switch (e) {
            case NoSuchFileException missing ->
                of(Reason.NOT_FOUND, missing.getFile() + ": no such file or folder", "check the name");
            case AccessDeniedException denied ->
                of(
                        Reason.PERMISSION,
                        denied.getFile() + ": the operating system denies access",
                        "run the command as the user that owns the file, or change the file's owner or mode");
            case FileSystemException other
            when noSpace(other) ->
                of(
                        Reason.DISK_FULL,
                        nonNull(other.getFile(), "a file") + ": no space left on the disk",
                        "free some space, then give the same command again");
            default ->
                noSpace(e)
                        ? of(
                                Reason.DISK_FULL,
                                "no space left on the disk",
                                "free some space, then give the same command again")
                        : of(
                                Reason.IO,
                                nonNull(e.getMessage(), e.getClass().getSimpleName()),
                                "look at the system log for errors of the disk or the network");
        };
    }

    private static boolean noSpace(IOException e) {
        String message = e.getMessage();
        return message != null && message.contains("No space left");
    }

    private static Failure internal(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause.getCause() != null && depth < DEEPEST_CAUSE; depth++) {
            cause = cause.getCause();
        }
        String text = thrown.getClass().getSimpleName() + nonNull(thrown.getMessage(), "", ": ");
        if (thrown.getCause() != null) {
            text += " (from " + cause.getClass().getSimpleName() + nonNull(cause.getMessage(), "", ": ") + ")";
        }
        return new Failure(INTERNAL, "a fault in Understudy itself: " + text, "", INTERNAL_EXIT_CODE);
    }

    private static String nonNull(@Nullable String text, String instead) {
        return text == null ? instead : text;
    }

    private static String nonNull(@Nullable String text, String instead, String before) {
        return text == null ? instead : before + text;
    }
}
