package org.understudy.server.tls;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Files with passwords and keys: reading them, and whether others can. */
final class SecretFiles {
    private SecretFiles() {}

    /**
     * The password that a file holds, as its first line without the line end; null for no file.
     *
     * @throws OperatorException if the file cannot be read or its first line is empty
     */
    static char @Nullable [] password(@Nullable Path file) {
        if (file == null) {
            return null;
        }
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            if (line == null || line.isEmpty()) {
                throw new OperatorException(
                        Reason.CONFIG,
                        file + ": expected a password in the first line, found none.",
                        "Write the password into the file, as one line, with mode 0600.");
            }
            return line.toCharArray();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Words for a file that cannot be read. */
    static OperatorException unreadable(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return new OperatorException(
                    Reason.NOT_FOUND, file + ": no such file.", "Check the path in the configuration.", e);
        }
        if (e instanceof AccessDeniedException) {
            return new OperatorException(
                    Reason.PERMISSION,
                    file + ": the server may not read this file.",
                    "Let the account that runs the server read it, and nobody else if it holds a key.",
                    e);
        }
        return new OperatorException(
                Reason.CONFIG, file + ": cannot be read: " + e.getMessage(), "Look at the file and its disk.", e);
    }

    /** A warning where every user of the machine can read a file; empty also where its rights cannot be told. */
    static Optional<String> openToAll(Path file) {
        try {
            Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
            return rights.contains(PosixFilePermission.OTHERS_READ)
                    ? Optional.of(file + " can be read by every user of this machine: chmod o-r " + file)
                    : Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty(); // no such rights here, or no such file, which reading it tells
        }
    }
}
