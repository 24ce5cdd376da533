package org.understudy.benchmarks.subject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.config.Configuration.HashCost;
import org.understudy.server.config.DataSize;

/**
 * What the servers of one run have in common: the folder that they lie in, an ECDSA P-256 certificate, and users whose
 * password is stored as the same Argon2id hash, so that a login costs each of them the same arithmetic.
 */
public final class Grounds {
    public static final String PASSWORD = "correct-horse";
    /** Fixture users come after the crowd. */
    static final int USERS = Subject.CROWD + 10;

    static final int HASH_KIB = 1_024;

    private final Path folder;
    private final Path certificate;
    private final Path key;
    private final String passwordHash;

    private Grounds(Path folder, Path certificate, Path key, String passwordHash) {
        this.folder = folder;
        this.certificate = certificate;
        this.key = key;
        this.passwordHash = passwordHash;
    }

    public static Grounds in(Path folder) throws IOException, InterruptedException {
        Path certificate = folder.resolve("certificate.pem");
        Path key = folder.resolve("key.pem");
        Path log = folder.resolve("openssl.log");
        Process openssl = new ProcessBuilder(List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "30",
                        "-subj",
                        "/CN=localhost",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (openssl.waitFor() != 0) {
            throw new IOException("openssl made no certificate: " + Files.readString(log));
        }
        PasswordHash hashes = new PasswordHash(new HashCost(new DataSize(HASH_KIB * 1024L), 1, 1), new SecureRandom());
        return new Grounds(folder, certificate, key, hashes.hash(PASSWORD.toCharArray()));
    }

    /** A folder of one server, made now. */
    Path folder(String server) throws IOException {
        return Files.createDirectories(folder.resolve(server));
    }

    Path certificate() {
        return certificate;
    }

    Path key() {
        return key;
    }

    /** PHC string. */
    String passwordHash() {
        return passwordHash;
    }

    static String userName(int number) {
        return "u" + number;
    }

    static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** What a short command prints. */
    static String said(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        process.waitFor();
        return text.strip();
    }

    /** Deletes a folder with everything in it. */
    public static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be deleted", e);
        }
    }
}
