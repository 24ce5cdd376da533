package org.understudy.restore.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.canon.RelaxedBodyCanonicalizer;
import org.apache.james.jdkim.canon.SimpleBodyCanonicalizer;
import org.apache.james.jdkim.exceptions.FailException;
import org.apache.james.jdkim.impl.MultiplexingPublicKeyRecordRetriever;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DkimSignerTest {
    private static KeyPair keys;

    @BeforeAll
    static void makeKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
    }

    @Test
    void anIndependentVerifierAcceptsTheSignature() throws Exception {
        byte[] signed = new DkimSigner("example.org", "sel", keys.getPrivate()).sign(mail());
        assertThat(verifier().verify(new ByteArrayInputStream(signed))).hasSize(1);
        String text = new String(signed, StandardCharsets.ISO_8859_1);
        assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(80));
        byte[] changed = text.replace("Subject: A", "Subject: B").getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> verifier().verify(new ByteArrayInputStream(changed)))
                .isInstanceOf(FailException.class);
    }

    @Test
    void aMessageStoredWithBareLineEndsIsSignedAsItWillBeSent() throws Exception {
        byte[] bare = new String(mail(), StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        String signed = new String(
                new DkimSigner("example.org", "sel", keys.getPrivate()).sign(bare), StandardCharsets.ISO_8859_1);
        assertThat(signed).doesNotContain("\r");
        byte[] sent = signed.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(verifier().verify(new ByteArrayInputStream(sent))).hasSize(1);
    }

    @Test
    void bodiesHashAsAnIndependentCanonicaliserSays() throws Exception {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            StringBuilder body = new StringBuilder();
            int lines = random.nextInt(12);
            for (int i = 0; i < lines; i++) {
                for (int n = random.nextInt(4); n > 0; n--) {
                    body.append(List.of("word", " ", "\t", "  ", "x").get(random.nextInt(5)));
                }
                body.append("\r\n");
            }
            if (random.nextBoolean()) {
                body.append("end").append("\r\n".repeat(1 + random.nextInt(3)));
            }
            byte[] bytes = body.toString().getBytes(StandardCharsets.ISO_8859_1);
            for (boolean relaxed : new boolean[] {true, false}) {
                if (relaxed && body.toString().isBlank()) {
                    // jDKIM keeps one line of a body of blank lines; RFC 6376 section 3.4.4 keeps none.
                    continue;
                }
                ByteArrayOutputStream canonical = new ByteArrayOutputStream();
                try (OutputStream out =
                        relaxed ? new RelaxedBodyCanonicalizer(canonical) : new SimpleBodyCanonicalizer(canonical)) {
                    out.write(bytes);
                }
                byte[] expected = MessageDigest.getInstance("SHA-256").digest(canonical.toByteArray());
                assertThat(hash(bytes, relaxed, random))
                        .as("seed " + seed + " relaxed " + relaxed)
                        .isEqualTo(expected);
            }
        }
    }

    /** Feeds whole lines, and some of them in pieces. */
    private static byte[] hash(byte[] bytes, boolean relaxed, Random random) {
        DkimBody body = new DkimBody(relaxed, "SHA-256", -1);
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                int end = i - 1;
                if (random.nextInt(3) == 0 && end > from) {
                    int cut = from + random.nextInt(end - from);
                    body.line(bytes, from, cut, 0);
                    from = cut;
                }
                body.line(bytes, from, end, 2);
                from = i + 1;
            }
        }
        return body.hash();
    }

    private static DKIMVerifier verifier() {
        String record = "v=DKIM1; k=rsa; p="
                + Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
        return new DKIMVerifier(
                new MultiplexingPublicKeyRecordRetriever("dns", (method, selector, token) -> List.of(record)));
    }

    private static byte[] mail() {
        return ("From: Ada <ada@example.org>\r\nTo: bob@example.net\r\nSubject: A  word\r\n\tfolded\r\n"
                        + "Date: Tue, 1 Jul 2003 10:52:37 +0200\r\nMessage-ID: <1@example.org>\r\n\r\n"
                        + "First line  with blanks \r\n\r\nLast line\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
