package org.understudy.server.admin;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Where a running server is reached, as two files in its data folder: {@code admin.address} with a URI, {@code
 * admin.token} with 64 hexadecimal digits; each one line, readable by their owner only.
 */
record AdminAddress(URI uri, String token) {
    static final String ADDRESS_FILE = "admin.address";
    static final String TOKEN_FILE = "admin.token";

    private static final int TOKEN_BYTES = 32;

    static String newToken(SecureRandom random) {
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        return HexFormat.of().formatHex(token);
    }

    /** Empty if no server has left an address here, or none that can be understood. */
    static Optional<AdminAddress> read(Path dataFolder) throws IOException {
        try {
            String uri = Files.readString(dataFolder.resolve(ADDRESS_FILE)).strip();
            String token = Files.readString(dataFolder.resolve(TOKEN_FILE)).strip();
            boolean sound = uri.matches("http://[0-9A-Za-z.:\\[\\]-]+:[0-9]{1,5}") && token.matches("[0-9a-f]{64}");
            return sound ? Optional.of(new AdminAddress(URI.create(uri), token)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Writes both files, the token first, each in one step. */
    void publish(Path dataFolder) throws IOException {
        write(dataFolder, TOKEN_FILE, token);
        write(dataFolder, ADDRESS_FILE, uri.toString());
    }

    /** Removes the files, if they are still this server's. */
    void withdraw(Path dataFolder) throws IOException {
        if (read(dataFolder).filter(this::equals).isPresent()) {
            Files.deleteIfExists(dataFolder.resolve(ADDRESS_FILE));
            Files.deleteIfExists(dataFolder.resolve(TOKEN_FILE));
        }
    }

    /** Takes the same time wherever the tokens differ. */
    boolean accepts(String givenToken) {
        return MessageDigest.isEqual(
                token.getBytes(StandardCharsets.US_ASCII), givenToken.getBytes(StandardCharsets.UTF_8));
    }

    /** Without the token. */
    @Override
    public String toString() {
        return uri.toString();
    }

    private static void write(Path folder, String name, String line) throws IOException {
        Path draft = folder.resolve(name + ".new");
        Files.deleteIfExists(draft);
        try (var channel = Files.newByteChannel(
                draft,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(StandardCharsets.US_ASCII.encode(line + "\n"));
        }
        Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
