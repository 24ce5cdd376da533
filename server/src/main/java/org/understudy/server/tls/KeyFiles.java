package org.understudy.server.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Writes private keys and certificates as PEM, with mode 0600, on disk in full or not at all. */
public final class KeyFiles {
    private KeyFiles() {}

    /**
     * Writes key, then chain.
     *
     * @param file its folder is made, for its owner alone, when missing
     * @throws OperatorException {@link Reason#IO} if that fails; the file is then as it was
     */
    public static void write(Path file, ServerCertificate certificate) {
        try {
            write(file, pem(certificate.key(), certificate.chain()));
        } catch (IOException e) {
            throw new IllegalStateException("a key and certificates that PEM cannot express", e);
        }
    }

    /** The same for what is PEM already. */
    public static void write(Path file, String pem) {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        try {
            if (folder != null) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Path partial = target.resolveSibling(target.getFileName() + ".new");
            Files.deleteIfExists(partial);
            Files.createFile(
                    partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                ByteBuffer octets = ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII));
                while (octets.hasRemaining()) {
                    channel.write(octets);
                }
                channel.force(true);
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    target + ": a key of the server's own cannot be written: " + e,
                    "Let the account that runs the server write to " + folder
                            + ", or configure a certificate of your own.",
                    e);
        }
    }

    private static String pem(PrivateKey key, List<X509Certificate> chain) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(new JcaPKCS8Generator(key, null));
            for (X509Certificate link : chain) {
                writer.writeObject(link);
            }
        }
        return text.toString();
    }
}
