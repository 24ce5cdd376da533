package org.understudy.server.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** An authority that signs for tests. Certificates are valid from an hour ago, for 90 days, unless said otherwise. */
public final class TestAuthority {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyPair keys = newKeys();
    private final X509Certificate certificate;

    private TestAuthority(String name, @Nullable TestAuthority above) {
        Wanted wanted = new Wanted().authority();
        certificate = above == null
                ? signed(new X500Name("CN=" + name), keys, wanted, new X500Name("CN=" + name), keys.getPublic())
                : signed(
                        new X500Name(above.certificate.getSubjectX500Principal().getName()),
                        above.keys,
                        wanted,
                        new X500Name("CN=" + name),
                        keys.getPublic());
    }

    public static TestAuthority root(String name) {
        return new TestAuthority(name, null);
    }

    public TestAuthority below(String name) {
        return new TestAuthority(name, this);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public PrivateKey key() {
        return keys.getPrivate();
    }

    /** What a certificate is to have. */
    public static final class Wanted {
        private final List<GeneralName> names = new ArrayList<>();
        private final List<KeyPurposeId> purposes = new ArrayList<>();
        private Instant from = Instant.now().minus(Duration.ofHours(1));
        private Instant until = Instant.now().plus(Duration.ofDays(90));
        private String responder = "";
        private boolean authority;

        public Wanted host(String name) {
            names.add(new GeneralName(GeneralName.dNSName, name));
            return this;
        }

        public Wanted address(String mail) {
            names.add(new GeneralName(GeneralName.rfc822Name, mail));
            return this;
        }

        public Wanted purpose(KeyPurposeId purpose) {
            purposes.add(purpose);
            return this;
        }

        public Wanted valid(Instant since, Instant end) {
            from = since;
            until = end;
            return this;
        }

        public Wanted responder(String url) {
            responder = url;
            return this;
        }

        Wanted authority() {
            authority = true;
            return this;
        }
    }

    /** A certificate for host names, with its key and the chain up to, and without, {@code root}. */
    public ServerCertificate host(String... names) {
        Wanted wanted = new Wanted();
        for (String name : names) {
            wanted.host(name);
        }
        return issue(names[0], wanted);
    }

    public ServerCertificate issue(String commonName, Wanted wanted) {
        KeyPair own = newKeys();
        return new ServerCertificate(
                own.getPrivate(),
                List.of(sign(new X500Name("CN=" + commonName), own.getPublic(), wanted), certificate));
    }

    public X509Certificate sign(X500Name subject, PublicKey key, Wanted wanted) {
        return signed(new X500Name(certificate.getSubjectX500Principal().getName()), keys, wanted, subject, key);
    }

    /** A revocation list with these certificates. */
    public String revoking(X509Certificate... revoked) throws Exception {
        JcaX509v2CRLBuilder builder =
                new JcaX509v2CRLBuilder(certificate.getSubjectX500Principal(), Date.from(Instant.now()));
        builder.setNextUpdate(Date.from(Instant.now().plus(Duration.ofDays(7))));
        for (X509Certificate one : revoked) {
            builder.addCRLEntry(one.getSerialNumber(), Date.from(Instant.now()), CRLReason.keyCompromise);
        }
        return pem(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static X509Certificate signed(
            X500Name issuer, KeyPair signer, Wanted wanted, X500Name subject, PublicKey key) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(120, RANDOM).setBit(0),
                    Date.from(wanted.from),
                    Date.from(wanted.until),
                    subject,
                    key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(wanted.authority));
            if (!wanted.names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(wanted.names.toArray(GeneralName[]::new)));
            }
            if (!wanted.purposes.isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(wanted.purposes.toArray(KeyPurposeId[]::new)));
            }
            if (!wanted.responder.isEmpty()) {
                ASN1ObjectIdentifier ocsp = AccessDescription.id_ad_ocsp;
                builder.addExtension(
                        Extension.authorityInfoAccess,
                        false,
                        new AuthorityInformationAccess(
                                ocsp, new GeneralName(GeneralName.uniformResourceIdentifier, wanted.responder)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Objects as PEM, one after the other. */
    public static String pem(Object... objects) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object object : objects) {
                writer.writeObject(object instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : object);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    /** Writes chain and key under {@code name}.crt and {@code name}.key, each replaced at once, the chain first. */
    public static CertificateFiles.Pem write(Path folder, String name, ServerCertificate certificate)
            throws IOException {
        Path chain = folder.resolve(name + ".crt");
        Path key = folder.resolve(name + ".key");
        replace(chain, pem(certificate.chain().toArray()));
        replace(key, pem(certificate.key()));
        return new CertificateFiles.Pem(chain, key, null);
    }

    static void replace(Path file, String text) throws IOException {
        Path partial = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** As a key store with a password. */
    public static void writePkcs12(Path file, ServerCertificate certificate, String password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "mail",
                certificate.key(),
                password.toCharArray(),
                certificate.chain().toArray(X509Certificate[]::new));
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password.toCharArray());
        }
    }
}
