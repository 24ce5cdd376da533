package org.understudy.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.OperatorException;

/** Keys that are encrypted, key stores, and chains that are not what they should be. */
final class CertificateFilesTest {
    private static final String PASSWORD = "open sesame";

    @TempDir
    private Path folder;

    private final TestAuthority root = TestAuthority.root("Root");
    private final TestAuthority middle = root.below("Middle");
    private final ServerCertificate sample = middle.host("mail.example");
    private Path chain;
    private Path password;
    private Path wrong;

    @BeforeEach
    void write() throws Exception {
        chain = Files.writeString(
                folder.resolve("chain.pem"), TestAuthority.pem(sample.chain().toArray()));
        password = Files.writeString(folder.resolve("password"), PASSWORD + "\nand a second line\n");
        wrong = Files.writeString(folder.resolve("wrong"), "open barley\n");
    }

    private ServerCertificate read(Object key, Path passwordFile) throws Exception {
        Path file = Files.writeString(folder.resolve("key.pem"), TestAuthority.pem(key));
        return new CertificateFiles.Pem(chain, file, passwordFile).read();
    }

    /** Of RSA: the tools here cannot write an EC key in its traditional form with its curve. */
    private static KeyPair rsa() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    @Test
    void encryptedKeysOpenWithThePasswordOfTheirFile() throws Exception {
        JcaPKCS8Generator pkcs8 = new JcaPKCS8Generator(
                sample.key(),
                new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                        .setProvider(new BouncyCastleProvider())
                        .setPassword(PASSWORD.toCharArray())
                        .build());
        KeyPair rsa = rsa();
        X509Certificate own = middle.sign(new X500Name("CN=rsa"), rsa.getPublic(), new TestAuthority.Wanted());
        JcaMiscPEMGenerator traditional = new JcaMiscPEMGenerator(
                rsa.getPrivate(),
                new JcePEMEncryptorBuilder("AES-128-CBC")
                        .setProvider(new BouncyCastleProvider())
                        .build(PASSWORD.toCharArray()));
        for (Object key : new Object[] {pkcs8, traditional}) {
            X509Certificate first = key == pkcs8 ? sample.chain().getFirst() : own;
            Files.writeString(chain, TestAuthority.pem(first, middle.certificate()));
            assertThat(read(key, password).chain()).containsExactly(first, middle.certificate());
            assertThatThrownBy(() -> read(key, wrong))
                    .hasMessage(folder.resolve("key.pem") + ": the private key does not open with the password in "
                            + wrong + ".");
            assertThatThrownBy(() -> read(key, null))
                    .hasMessage(
                            folder.resolve("key.pem") + ": the private key is encrypted, and no password is given.");
        }
        assertThat(Files.readString(folder.resolve("key.pem"))).contains("Proc-Type: 4,ENCRYPTED");
    }

    @Test
    void keyStoresOpenWithThePasswordOfTheirFile() throws Exception {
        Path store = folder.resolve("mail.p12");
        TestAuthority.writePkcs12(store, sample, PASSWORD);
        assertThat(new CertificateFiles.Pkcs12(store, password).read().chain()).isEqualTo(sample.chain());
        assertThatThrownBy(() -> new CertificateFiles.Pkcs12(store, wrong).read())
                .hasMessage(store + ": the private key does not open with the password in " + wrong + ".");
        assertThatThrownBy(() -> new CertificateFiles.Pkcs12(store, null).read())
                .hasMessage(store + ": the private key is encrypted, and no password is given.");
        assertThatThrownBy(() -> new CertificateFiles.Pkcs12(chain, password).read())
                .hasMessageStartingWith(chain + ": not readable as PKCS #12: ");
        Path none = folder.resolve("none.p12");
        assertThatThrownBy(() -> new CertificateFiles.Pkcs12(none, password).read())
                .hasMessage(none + ": no such file.");
    }

    @Test
    void chainsOutOfOrderAreRefusedWithWhatComesWhere() throws Exception {
        Files.writeString(
                chain, TestAuthority.pem(middle.certificate(), sample.chain().get(0)));
        assertThatThrownBy(() -> read(sample.key(), null))
                .hasMessage(chain + ": the chain is out of order: the key belongs to certificate 2, CN=mail.example,"
                        + " and CN=Middle comes first.");
        Files.writeString(chain, TestAuthority.pem(sample.chain().get(0), root.certificate(), middle.certificate()));
        assertThatThrownBy(() -> read(sample.key(), null))
                .hasMessage(chain + ": the chain is out of order: certificate 2, CN=Root, has not signed certificate 1,"
                        + " CN=mail.example, whose issuer is CN=Middle.");
        assertThatThrownBy(() -> read(root.host("other.example").key(), null))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("found another key");
        Files.writeString(chain, TestAuthority.pem(sample.chain().get(0), middle.certificate(), root.certificate()));
        assertThat(read(sample.key(), null).chain()).hasSize(3);
    }

    @Test
    void whatIsDoubtfulIsSaidAndStillRead() throws Exception {
        Instant now = Instant.parse("2030-01-01T00:00:00Z");
        ServerCertificate old = root.issue(
                "old.example",
                new TestAuthority.Wanted()
                        .host("old.example")
                        .valid(now.minus(Duration.ofDays(90)), now.minus(Duration.ofDays(1))));
        ServerCertificate early = root.issue(
                "early.example",
                new TestAuthority.Wanted()
                        .host("early.example")
                        .valid(now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(90))));
        CertificateFiles.Pem oldFiles = TestAuthority.write(folder, "old", old);
        CertificateFiles.Pem earlyFiles = TestAuthority.write(folder, "early", early);
        Files.setPosixFilePermissions(oldFiles.key(), PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(earlyFiles.key(), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(Chains.doubts(oldFiles.read(), oldFiles, now))
                .contains(
                        "CN=old.example expired on 2029-12-31T00:00:00Z",
                        oldFiles.key() + " can be read by every user of this machine: chmod o-r " + oldFiles.key());
        assertThat(Chains.doubts(earlyFiles.read(), earlyFiles, now))
                .contains("CN=early.example is not valid before 2030-01-02T00:00:00Z")
                .noneMatch(doubt -> doubt.contains("chmod"));
    }
}
