package org.understudy.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PEM file (RFC 7468) in which nothing lies but X.509 certificates and private keys in PKCS#8 (RFC 5958) that are not
 * encrypted, as the server writes them and as authorities hand them out. Read by Java alone.
 *
 * @param certificates in the order of the file
 * @param key the first one
 */
record PlainPem(List<X509Certificate> certificates, Optional<PrivateKey> key) {
    private static final Logger LOG = LoggerFactory.getLogger(PlainPem.class);
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private static final List<String> KINDS = List.of("EC", "RSA", "EdDSA");

    /** Empty where the file holds anything else, or cannot be read: {@link AnyPem} then reads it, or says what is wrong. */
    static Optional<PlainPem> read(Path file) {
        List<X509Certificate> certificates = new ArrayList<>();
        Optional<PrivateKey> key = Optional.empty();
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).contains(DASHES)) {
                    continue;
                }
                String label = label(lines.get(i));
                StringBuilder text = new StringBuilder();
                for (i++; i < lines.size() && !lines.get(i).contains(DASHES); i++) {
                    text.append(lines.get(i).strip());
                }
                if (i == lines.size() || !lines.get(i).strip().equals(END + label + DASHES)) {
                    return Optional.empty();
                }
                byte[] octets = Base64.getDecoder().decode(text.toString());
                if (label.equals("CERTIFICATE")) {
                    certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(octets)));
                } else if (label.equals("PRIVATE KEY")) {
                    PrivateKey found = key(octets);
                    key = key.or(() -> Optional.of(found));
                } else {
                    return Optional.empty();
                }
            }
            return Optional.of(new PlainPem(List.copyOf(certificates), key));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String label(String line) {
        String begin = line.strip();
        return begin.startsWith(BEGIN) && begin.endsWith(DASHES) && begin.length() > BEGIN.length() + DASHES.length()
                ? begin.substring(BEGIN.length(), begin.length() - DASHES.length())
                : "";
    }

    /** Each kind refuses keys of another one. */
    private static PrivateKey key(byte[] octets) throws GeneralSecurityException {
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(octets);
        for (String kind : KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                LOG.debug("It is no key of {}: {}", kind, e.getMessage());
            }
        }
        throw new InvalidKeySpecException("a key of another kind than " + KINDS);
    }
}
