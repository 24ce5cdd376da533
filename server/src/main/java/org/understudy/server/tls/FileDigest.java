package org.understudy.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What files hold, as one SHA-256: the same text as long as no octet of them changes, wherever links lead. */
final class FileDigest {
    private static final int LARGEST = 1 << 20;

    private FileDigest() {}

    /** The digest; a file that is missing or cannot be read counts as such, and so does one of more than 1 MiB. */
    static String of(List<Path> files) {
        MessageDigest digest = sha256();
        for (Path file : files) {
            digest.update((byte) '\n');
            try {
                if (Files.size(file) > LARGEST) {
                    digest.update((byte) 'L');
                } else {
                    byte[] octets = Files.readAllBytes(file);
                    digest.update((byte) 'F');
                    digest.update(sha256().digest(octets));
                }
            } catch (IOException e) {
                digest.update((byte) 'M'); // loading it says why
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
