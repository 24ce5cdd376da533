package org.understudy.server.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests. */
public final class IssuingAuthority {
    private final SecureRandom random = new SecureRandom();
    private final X500Name name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    public IssuingAuthority(String name) {
        this.name = new X500Name("CN=" + name);
        keys = pair();
        Instant now = Instant.now();
        certificate = sign(this.name, keys, List.of(), now.minus(Duration.ofDays(900)), now.plus(Duration.ofDays(900)));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** Valid from a day ago until in ninety days. */
    public ServerCertificate issue(String... names) {
        Instant now = Instant.now();
        return issue(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(90)), names);
    }

    public ServerCertificate issue(Instant from, Instant until, String... names) {
        KeyPair pair = pair();
        X509Certificate leaf = sign(new X500Name("CN=" + names[0]), pair, List.of(names), from, until);
        return new ServerCertificate(pair.getPrivate(), List.of(leaf, certificate));
    }

    private X509Certificate sign(X500Name subject, KeyPair pair, List<String> names, Instant from, Instant until) {
        try {
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            var builder = new JcaX509v3CertificateBuilder(
                            name,
                            new BigInteger(120, random).setBit(0),
                            Date.from(from),
                            Date.from(until),
                            subject,
                            pair.getPublic())
                    .addExtension(
                            Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()))
                    .addExtension(
                            Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(keys.getPublic()))
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(names.isEmpty()));
            if (names.isEmpty()) {
                builder.addExtension(
                        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature));
            } else {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(names.stream()
                                .map(one -> new GeneralName(GeneralName.dNSName, one))
                                .toArray(GeneralName[]::new)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes this authority's certificate. */
    public Path write(Path file) throws IOException {
        return Files.writeString(file, pem(certificate));
    }

    /** Writes a chain, with its key behind it. */
    public static Path write(Path file, ServerCertificate certificate) throws IOException {
        StringBuilder all = new StringBuilder();
        for (X509Certificate one : certificate.chain()) {
            all.append(pem(one));
        }
        return Files.writeString(file, all.append(pem(new JcaPKCS8Generator(certificate.key(), null))));
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter out = new JcaPEMWriter(text)) {
            out.writeObject(object);
        }
        return text.toString();
    }
}
