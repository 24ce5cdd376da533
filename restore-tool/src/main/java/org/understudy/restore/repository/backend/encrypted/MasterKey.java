package org.understudy.restore.repository.backend.encrypted;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.repository.backend.PrivateFile;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * A master key: 256 random bits in a file of its own, which wrap a repository's data key. Its id tells it from others and
 * tells a mistyped one from the right one.
 */
public final class MasterKey {
    private static final String FIRST_LINE = "understudy repository key, version 1";
    private static final Pattern FILE = Pattern.compile(
            Pattern.quote(FIRST_LINE) + "\\R(?:#.*\\R)*id = ([0-9a-f]{16})\\Rkey = ([A-Za-z0-9+/=]{44})\\R?");

    private final byte[] bytes;
    private final String id;

    private MasterKey(byte[] bytes) {
        this.bytes = bytes;
        this.id = HexFormat.of()
                .formatHex(
                        Primitives.hmac("understudy master key id 1".getBytes(StandardCharsets.US_ASCII), bytes), 0, 8);
    }

    /** 16 hexadecimal digits, computed from the key and saying nothing of it. */
    public String id() {
        return id;
    }

    byte[] wrapping() {
        return Primitives.derive(bytes, new byte[Primitives.KEY], "understudy wrap 1", "", Primitives.KEY);
    }

    /**
     * Makes a key and its file, mode 0600, which must not exist.
     *
     * @throws OperatorException {@link Reason#CONFLICT} if there is such a file
     */
    public static MasterKey make(Path file) {
        byte[] bytes = new byte[Primitives.KEY];
        new SecureRandom().nextBytes(bytes);
        MasterKey key = new MasterKey(bytes);
        String text =
                FIRST_LINE + "\n# Without this file the repository cannot be read, by anybody. Keep copies of it,\n"
                        + "# and none beside the repository.\nid = " + key.id + "\nkey = "
                        + Base64.getEncoder().encodeToString(bytes) + "\n";
        try {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            Durable.folder(Durable.folderOf(file));
            Durable.write(file, text.getBytes(StandardCharsets.US_ASCII), "rw-------");
            return key;
        } catch (FileAlreadyExistsException e) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "there is a file " + file + " already",
                    "A key file is never written over. Name another, or use that one.",
                    e);
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    "the key file " + file + " cannot be written: " + e.getMessage(),
                    "Check the folder, its owner and its disk.",
                    e);
        }
    }

    /**
     * Reads a key file.
     *
     * @throws OperatorException {@link Reason#NOT_FOUND}, {@link Reason#PERMISSION}, or {@link Reason#CONFIG} if it is no
     *     key file or was changed
     */
    public static MasterKey read(Path file) {
        PrivateFile.require(file, "key file");
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    "the key file " + file + " cannot be read: " + e.getMessage(),
                    "Take a copy of it from where it is kept.",
                    e);
        }
        Matcher matcher = FILE.matcher(text);
        if (!matcher.matches()) {
            throw new OperatorException(
                    Reason.CONFIG,
                    file + " is not a repository key: expected the line '" + FIRST_LINE + "', then id and key",
                    "Name the file that 'understudy repo key make' wrote.");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(matcher.group(2));
        } catch (IllegalArgumentException e) {
            bytes = new byte[0];
        }
        MasterKey key = new MasterKey(bytes);
        if (bytes.length != Primitives.KEY || !key.id.equals(matcher.group(1))) {
            throw new OperatorException(
                    Reason.CONFIG,
                    "the key in " + file + " is not key " + matcher.group(1) + ", as the file says: it was changed",
                    "Take a copy of the file from where it is kept.");
        }
        return key;
    }
}
