package org.understudy.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** PEM files, good and bad, and the certificate that the server makes for itself. */
final class PemFilesTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    @TempDir
    private Path folder;

    private final ServerCertificate sample =
            SelfSigned.create(List.of("mail.example", "imap.example"), NOW, new SecureRandom());

    @Test
    void keysInPkcs8AndInTheirTraditionalFormAreRead() throws Exception {
        Path chain = write("chain.pem", sample.chain().get(0));
        Path pkcs8 = write("pkcs8.pem", new JcaPKCS8Generator(sample.key(), null));
        ECPrivateKey traditional = new ECPrivateKey(256, number(sample.key()), SECObjectIdentifiers.secp256r1);
        Path sec1 = write("sec1.pem", new PemObject("EC PRIVATE KEY", traditional.getEncoded()));
        assertThat(Files.readString(pkcs8)).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(Files.readString(sec1)).startsWith("-----BEGIN EC PRIVATE KEY-----");
        assertThat(number(PemFiles.read(chain, pkcs8).key())).isEqualTo(number(sample.key()));
        assertThat(number(PemFiles.read(chain, sec1).key())).isEqualTo(number(sample.key()));
    }

    @Test
    void whatJavaReadsAloneIsReadAsBouncyCastleReadsIt() throws Exception {
        for (String kind : List.of("RSA", "EC", "Ed25519")) {
            PrivateKey key =
                    KeyPairGenerator.getInstance(kind).generateKeyPair().getPrivate();
            Path file = write(kind + ".pem", new JcaPKCS8Generator(key, null));
            Files.writeString(
                    file,
                    "a remark\n" + Files.readString(file)
                            + Files.readString(write("chain.pem", sample.chain().get(0))));
            PlainPem plain = PlainPem.read(file).orElseThrow();
            assertThat(plain.key()).contains(key).isEqualTo(AnyPem.key(file, null));
            assertThat(plain.certificates())
                    .containsExactly(sample.chain().get(0))
                    .isEqualTo(AnyPem.certificates(file));
        }
        Path text = Files.writeString(folder.resolve("cut.pem"), "-----BEGIN CERTIFICATE-----\nMIIB\n");
        assertThat(PlainPem.read(text)).isEmpty();
        assertThat(PlainPem.read(folder.resolve("none.pem"))).isEmpty();
    }

    @Test
    void anotherKeyInTheServersOwnFileIsFound() throws Exception {
        Path file = folder.resolve("own.pem");
        PrivateKey other = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        Files.writeString(
                file,
                Files.readString(write("other.pem", new JcaPKCS8Generator(other, null)))
                        + Files.readString(write("chain.pem", sample.chain().get(0))));
        assertThatThrownBy(() ->
                        SelfSigned.readOrCreate(file, List.of(), Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom()))
                .hasMessageContaining("found another key");
    }

    @Test
    void rsaKeysInPkcs1AreUnderstood() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        PrivateKey rsa = generator.generateKeyPair().getPrivate();
        Path chain = write("chain.pem", sample.chain().get(0));
        Path pkcs1 = write("pkcs1.pem", new JcaMiscPEMGenerator(rsa));
        assertThat(Files.readString(pkcs1)).startsWith("-----BEGIN RSA PRIVATE KEY-----");
        // The key is read; what is refused is its not being the certificate's.
        assertThatThrownBy(() -> PemFiles.read(chain, pkcs1)).hasMessageContaining("found another key");
    }

    @Test
    void faultsNameTheFileAndTheRemedy() throws Exception {
        Path chain = write("chain.pem", sample.chain().get(0));
        Path key = write("key.pem", new JcaPKCS8Generator(sample.key(), null));
        Path text = Files.writeString(folder.resolve("notes.txt"), "nothing here\n");
        Path cut = Files.writeString(
                folder.resolve("cut.pem"), Files.readString(chain).substring(0, 200) + "\n-----END CERTIFICATE-----\n");
        PrivateKey otherKey =
                SelfSigned.create(List.of(), NOW, new SecureRandom()).key();
        Path other = write("other.pem", new JcaPKCS8Generator(otherKey, null));
        Path locked = write(
                "locked.pem",
                new JcaPKCS8Generator(
                        sample.key(),
                        new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                                .setProvider(new BouncyCastleProvider())
                                .setPassword("x".toCharArray())
                                .build()));
        assertFault(Reason.NOT_FOUND, folder.resolve("none.pem"), folder.resolve("none.pem"), key);
        assertFault(Reason.CONFIG, text, text, key);
        assertFault(Reason.CONFIG, cut, cut, key);
        assertFault(Reason.CONFIG, text, chain, text);
        assertFault(Reason.CONFIG, other, chain, other);
        assertFault(Reason.CONFIG, locked, chain, locked);
        assertFault(Reason.CONFIG, chain, chain, chain);
    }

    @Test
    void certificateIsMadeOnceForAllNames() throws Exception {
        Path file = folder.resolve("tls/server.pem");
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        ServerCertificate made = SelfSigned.readOrCreate(file, List.of("mail.example"), clock, new SecureRandom());
        assertThat(made.names()).containsExactly("0:0:0:0:0:0:0:1", "127.0.0.1", "localhost", "mail.example");
        assertThat(made.notAfter()).isEqualTo(NOW.minus(Duration.ofHours(1)).plus(Duration.ofDays(825)));
        made.chain().get(0).verify(made.chain().get(0).getPublicKey());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        ServerCertificate again = SelfSigned.readOrCreate(file, List.of("other.example"), clock, new SecureRandom());
        assertThat(again.chain()).isEqualTo(made.chain());
        try (var files = Files.list(folder.resolve("tls"))) {
            assertThat(files).containsExactly(file);
        }
    }

    private static BigInteger number(PrivateKey key) {
        return ((java.security.interfaces.ECPrivateKey) key).getS();
    }

    private static void assertFault(Reason reason, Path named, Path chain, Path key) {
        assertThatThrownBy(() -> PemFiles.read(chain, key)).isInstanceOfSatisfying(OperatorException.class, fault -> {
            assertThat(fault.reason()).isEqualTo(reason);
            assertThat(fault.getMessage()).startsWith(named + ": ");
            assertThat(fault.hint()).isNotBlank();
        });
    }

    private Path write(String name, Object object) throws Exception {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return Files.writeString(folder.resolve(name), text.toString());
    }
}
