package org.understudy.server.imap.sasl;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of a TLS connection know and nobody between them does: {@code tls-exporter} (RFC 9266; TLS 1.3, on a Java
 * runtime of version 25 or later) and {@code tls-server-end-point} (RFC 5929 section 4).
 */
final class ChannelBinding {
    /** Since Java 25; looked up by name, as this is compiled for earlier ones. */
    private static final @Nullable MethodHandle EXPORTER = exporter();

    private ChannelBinding() {}

    private static @Nullable MethodHandle exporter() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(
                            ExtendedSSLSession.class,
                            "exportKeyingMaterialData",
                            MethodType.methodType(byte[].class, String.class, byte[].class, int.class));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null;
        }
    }

    /**
     * Whether bindings can be had of this connection: over TLS 1.3 the one that clients take there (RFC 9266 section 2), and
     * with it the one to the certificate.
     */
    static boolean possible(SSLSession tls) {
        return endPoint(tls).isPresent()
                && (!tls.getProtocol().equals("TLSv1.3") || exported(tls).isPresent());
    }

    /** The octets of that kind of binding; empty where the kind is unknown or cannot be had. */
    static Optional<byte[]> of(String kind, SSLSession tls) {
        return switch (kind) {
            case "tls-exporter" -> exported(tls);
            case "tls-server-end-point" -> endPoint(tls);
            default -> Optional.empty();
        };
    }

    private static Optional<byte[]> exported(SSLSession tls) {
        if (EXPORTER == null
                || !(tls instanceof ExtendedSSLSession extended)
                || !tls.getProtocol().equals("TLSv1.3")) {
            return Optional.empty();
        }
        try {
            return Optional.of((byte[]) EXPORTER.invokeExact(extended, "EXPORTER-Channel-Binding", new byte[0], 32));
        } catch (UnsupportedOperationException e) {
            return Optional.empty(); // an engine that does not tell
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            return Optional.empty();
        }
    }

    /** The hash of the server's certificate, by its signature's hash function, or SHA-256 where that is MD5 or SHA-1. */
    private static Optional<byte[]> endPoint(SSLSession tls) {
        Certificate[] own = tls.getLocalCertificates();
        if (own == null || own.length == 0 || !(own[0] instanceof X509Certificate certificate)) {
            return Optional.empty();
        }
        String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        String hash =
                signature.startsWith("SHA384") ? "SHA-384" : signature.startsWith("SHA512") ? "SHA-512" : "SHA-256";
        if (signature.startsWith("ED")) {
            return Optional.empty();
        }
        try {
            return Optional.of(MessageDigest.getInstance(hash).digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
