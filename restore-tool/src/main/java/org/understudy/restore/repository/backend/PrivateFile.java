package org.understudy.restore.repository.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** A file with a secret, which others than its owner and group must not be able to read. */
public final class PrivateFile {
    private PrivateFile() {}

    /**
     * Looks at a file without reading it.
     *
     * @param what it is, for messages: {@code key file}
     * @throws OperatorException {@link Reason#NOT_FOUND} if there is none, {@link Reason#PERMISSION} if it cannot be read
     *     by this user, or can be by all
     */
    public static void require(Path file, String what) {
        try {
            if (!Files.isReadable(file)) {
                if (!Files.exists(file)) {
                    throw new NoSuchFileException(file.toString());
                }
                throw new OperatorException(
                        Reason.PERMISSION,
                        "the " + what + " " + file + " cannot be read",
                        "Run the command as the user that owns it, or give that user access to it.");
            }
            if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null) {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
                if (permissions.contains(PosixFilePermission.OTHERS_READ)
                        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
                    throw new OperatorException(
                            Reason.PERMISSION,
                            "the " + what + " " + file + " is open to every user of this machine ("
                                    + PosixFilePermissions.toString(permissions) + ")",
                            "Close it with 'chmod o-rwx " + file + "', and think about who may have read it.");
                }
            }
        } catch (NoSuchFileException e) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "there is no " + what + " at " + file,
                    "Check the path in the configuration, or bring the file back from where it is kept.",
                    e);
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    "the " + what + " " + file + " cannot be looked at: " + e.getMessage(),
                    "Look at the system log for errors of that disk.",
                    e);
        }
    }
}
