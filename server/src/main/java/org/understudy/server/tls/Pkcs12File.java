package org.understudy.server.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Reads a private key and its chain from a PKCS #12 file (RFC 7292). */
final class Pkcs12File {
    private Pkcs12File() {}

    /** @throws OperatorException if the file is not readable, locked by another password, or without exactly one key */
    static ServerCertificate read(Path file, @Nullable Path passwordFile) {
        char[] given = SecretFiles.password(passwordFile);
        char[] password = given == null ? new char[0] : given;
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            List<String> keys = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    keys.add(alias);
                }
            }
            if (keys.size() != 1) {
                throw new OperatorException(
                        Reason.CONFIG,
                        file + ": expected one private key with its certificate, found "
                                + (keys.isEmpty() ? "none." : keys.size() + ": " + String.join(", ", keys) + "."),
                        "Write a file with one: 'openssl pkcs12 -export -inkey KEY -in CHAIN -out FILE'.");
            }
            if (!(store.getKey(keys.getFirst(), password) instanceof PrivateKey key)) {
                throw new OperatorException(
                        Reason.CONFIG,
                        file + ": its key is no private key.",
                        "Write a file with one: 'openssl pkcs12 -export -inkey KEY -in CHAIN -out FILE'.");
            }
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate one : store.getCertificateChain(keys.getFirst())) {
                chain.add((X509Certificate) one);
            }
            return Chains.checked(file, file, key, chain);
        } catch (IOException e) {
            if (e.getCause() instanceof UnrecoverableKeyException) {
                throw wrongPassword(file, passwordFile, e);
            }
            throw e instanceof java.nio.file.FileSystemException
                    ? SecretFiles.unreadable(file, e)
                    : new OperatorException(
                            Reason.CONFIG,
                            file + ": not readable as PKCS #12: " + e.getMessage(),
                            "Give a .p12 or .pfx file; PEM files are named by 'certificate' and 'key'.",
                            e);
        } catch (UnrecoverableKeyException e) {
            throw wrongPassword(file, passwordFile, e);
        } catch (GeneralSecurityException e) {
            throw new OperatorException(
                    Reason.CONFIG,
                    file + ": its contents have a kind or form that Java does not read: " + e.getMessage(),
                    "Write it anew: 'openssl pkcs12 -export -inkey KEY -in CHAIN -out FILE'.",
                    e);
        }
    }

    /** Words for a password that does not open {@code file}. */
    static OperatorException wrongPassword(Path file, @Nullable Path passwordFile, Exception cause) {
        return passwordFile == null
                ? new OperatorException(
                        Reason.CONFIG,
                        file + ": the private key is encrypted, and no password is given.",
                        "Name a file whose first line is the password as 'password-file', with mode 0600.",
                        cause)
                : new OperatorException(
                        Reason.CONFIG,
                        file + ": the private key does not open with the password in " + passwordFile + ".",
                        "Correct the first line of " + passwordFile + "; the password is that line without its end.",
                        cause);
    }
}
