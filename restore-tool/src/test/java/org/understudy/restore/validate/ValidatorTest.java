package org.understudy.restore.validate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.understudy.restore.message.DkimSigner;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding.Strength;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;

class ValidatorTest {
    private static final Instant ARRIVED = Instant.parse("2003-07-01T09:00:00Z");
    private static final String HEADER =
            "Received: from a.example.org by b.example.net; Tue, 1 Jul 2003 10:53:00 +0200\n"
                    + "From: Ada <ada@example.org>\nTo: bob@example.net\nSubject: Numbers\n"
                    + "Date: Tue, 1 Jul 2003 10:52:37 +0200\nMessage-ID: <1@example.org>\n";
    private static final String PLAIN = HEADER + "\nOne line.\nAnother line.\n";

    private static KeyPair keys;

    @BeforeAll
    static void makeKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
    }

    @Test
    void wholeMailIsConsistentAndNeverProvenForWantOfComplaints() throws IOException {
        assertThat(verdict(PLAIN)).isEqualTo(Verdict.CONSISTENT);
        assertThat(verdict(PLAIN.replace("\n", "\r\n"))).isEqualTo(Verdict.CONSISTENT);
        assertThat(verdict(multipart())).isEqualTo(Verdict.CONSISTENT);
    }

    @Test
    void anEqualTrustedDigestProvesWhateverHeuristicsSay() throws IOException {
        byte[] odd = bytes("no header\0\0\0");
        Digest digest = validate(odd).reading().rawDigest();
        Validation validation = validate(odd, new Witness.TrustedDigest(digest, false, "snapshot one"));
        assertThat(validation.verdict()).isEqualTo(Verdict.PROVEN);
        assertThat(validation.findings()).anyMatch(finding -> finding.strength() == Strength.DOUBT);
    }

    @Test
    void aDifferingTrustedDigestMeansDamagedEvenBesideAnEqualOne() throws IOException {
        Digest right = validate(bytes(PLAIN)).reading().digest();
        Digest wrong = Digest.of(new byte[Digest.LENGTH]);
        Validation validation = validate(
                bytes(PLAIN),
                new Witness.TrustedDigest(right, true, "snapshot one"),
                new Witness.TrustedDigest(wrong, true, "snapshot two"));
        assertThat(validation.verdict()).isEqualTo(Verdict.DAMAGED);
    }

    @Test
    void aBodyHashThatAgreesProvesTheBodyAndAnswersDoubtsOfIt() throws IOException {
        byte[] signed = sign(PLAIN.replace("One line.", "One\0line."));
        Validation validation = validate(signed);
        assertThat(validation.findings())
                .anyMatch(finding -> finding.check().equals("dkim-body") && finding.strength() == Strength.PROOF)
                .anyMatch(finding -> finding.check().equals("fill-run") && finding.strength() == Strength.DOUBT);
        assertThat(validation.verdict()).isEqualTo(Verdict.CONSISTENT);
    }

    @Test
    void aBodyHashProvesNothingOfTheHeader() throws IOException {
        String signed = text(sign(PLAIN));
        assertThat(verdict(signed.replace("Subject: Numbers", "Subject: Nimbers")))
                .isEqualTo(Verdict.CONSISTENT);
        assertThat(verdict(signed.replace("Subject: Numbers", "Subjec\u0001: Numbers")))
                .isEqualTo(Verdict.SUSPECT);
        assertThat(verdict(signed.replace("Subject:", "Wubject:"))).isEqualTo(Verdict.SUSPECT);
        assertThat(verdict(signed.replace("Subject:", "X-Other:"))).isEqualTo(Verdict.SUSPECT);
    }

    @Test
    void aChangedSignedBodyIsSuspectAndDamagedWhereItPassedAtDelivery() throws IOException {
        String changed = text(sign(PLAIN)).replace("One line", "One lime");
        assertThat(verdict(changed)).isEqualTo(Verdict.SUSPECT);
        String passed = "Authentication-Results: b.example.net; dkim=pass header.d=example.org\n";
        assertThat(verdict(passed + changed)).isEqualTo(Verdict.DAMAGED);
        assertThat(verdict(passed + "List-Id: <l.example.net>\nX-Mailman-Version: 3\n" + changed))
                .isEqualTo(Verdict.CONSISTENT);
    }

    @Test
    void aFooterThatAListAppendedLeavesTheSignedBodyVisible() throws IOException {
        String footed = text(sign(PLAIN)) + "_______________________________________________\nThe list\n";
        Validation validation = validate(bytes(footed));
        assertThat(validation.findings())
                .anyMatch(finding -> finding.check().equals("dkim-body") && finding.strength() == Strength.SUPPORT);
        assertThat(validation.verdict()).isEqualTo(Verdict.CONSISTENT);
    }

    @Test
    void sizesInTheFileNameTellTruncation() throws IOException {
        byte[] whole = bytes(PLAIN);
        long withCrlf = whole.length + PLAIN.chars().filter(c -> c == '\n').count();
        Witness[] sizes = {new Witness.MaildirSize(whole.length), new Witness.MaildirVirtualSize(withCrlf)};
        assertThat(validate(whole, sizes).verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(validate(Arrays.copyOf(whole, whole.length - 5), sizes).verdict())
                .isEqualTo(Verdict.DAMAGED);
        assertThat(validate(Arrays.copyOf(whole, whole.length - 14), sizes).verdict())
                .isEqualTo(Verdict.SUSPECT);
        assertThat(validate(bytes(PLAIN.replace("\n", "\r\n")), sizes).verdict())
                .isEqualTo(Verdict.CONSISTENT);
        assertThat(validate(whole, new Witness.IndexSize(whole.length + 1, "index"))
                        .verdict())
                .isEqualTo(Verdict.SUSPECT);
    }

    @Test
    void lostBlocksAreDamageWhereverTheyLie() throws IOException {
        for (byte octet : new byte[] {0, (byte) 0xFF, (byte) 0xDB}) {
            byte[] mail = bytes(HEADER + "\n" + "Text of some length.\n".repeat(200));
            Arrays.fill(mail, 1024, 1536, octet);
            assertThat(validate(mail).verdict()).as("fill " + octet).isEqualTo(Verdict.DAMAGED);
        }
    }

    @Test
    void anEmptyFileIsDamaged() throws IOException {
        assertThat(validate(new byte[0]).verdict()).isEqualTo(Verdict.DAMAGED);
    }

    @Test
    void headersThatAreCutForeignOrDoubledAreSuspect() throws IOException {
        assertThat(verdict("xample.net; Tue, 1 Jul 2003\n" + PLAIN)).isEqualTo(Verdict.SUSPECT);
        assertThat(verdict("\tby b.example.net\n" + PLAIN)).isEqualTo(Verdict.SUSPECT);
        assertThat(verdict("Just text\nand more of it\n")).isEqualTo(Verdict.SUSPECT);
        assertThat(verdict(HEADER)).isEqualTo(Verdict.SUSPECT);
        assertThat(verdict("Message-ID: <2@example.org>\n" + PLAIN)).isEqualTo(Verdict.SUSPECT);
        assertThat(verdict(PLAIN.replace("From: Ada", "Frxx: Ada"))).isEqualTo(Verdict.SUSPECT);
    }

    @Test
    void anotherMessagesHeaderWithinBase64IsDamage() throws IOException {
        String mail = multipart();
        int at = mail.indexOf("base64\n\n") + 8 + 76 * 3;
        String foreign = "\nReceived: from c.example.com by d.example.com; Tue, 1 Jul 2003 10:53:00 +0200\nX: y\n";
        assertThat(verdict(mail.substring(0, at) + foreign + mail.substring(at + foreign.length())))
                .isEqualTo(Verdict.DAMAGED);
    }

    @Test
    void cutMultipartsAreDamagedWhereTheEndShowsIt() throws IOException {
        String mail = multipart();
        int within = mail.indexOf("base64\n\n") + 8 + 77 * 4 + 33;
        assertThat(verdict(mail.substring(0, within))).isEqualTo(Verdict.DAMAGED);
        String unclosed = mail.substring(0, mail.lastIndexOf("--=_b"));
        Validation validation = validate(bytes(unclosed));
        assertThat(validation.verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(validation.findings())
                .anyMatch(finding ->
                        finding.strength() == Strength.NOTE && finding.check().equals("mime-structure"));
    }

    @Test
    void encodedPartsThatDoNotDecodeAreSuspect() throws IOException {
        String mail = multipart();
        int inside = mail.indexOf("base64\n\n") + 8 + 77 * 2 + 10;
        assertThat(verdict(mail.substring(0, inside) + "!" + mail.substring(inside + 1)))
                .isEqualTo(Verdict.SUSPECT);
        assertThat(verdict(mail.substring(0, inside) + mail.substring(inside + 4)))
                .isEqualTo(Verdict.SUSPECT);
        String quoted = HEADER + "Content-Transfer-Encoding: quoted-printable\n\nna=C3=AFve =\nend\n";
        assertThat(verdict(quoted)).isEqualTo(Verdict.CONSISTENT);
        assertThat(verdict(quoted.replace("=C3", "=G3"))).isEqualTo(Verdict.SUSPECT);
    }

    @Test
    void findingsNeverQuoteTheMessage() throws IOException {
        String secret = "Zq9secretZq9";
        for (String mail : List.of(
                secret + "\n" + PLAIN,
                PLAIN.replace("Numbers", secret + "\u0001"),
                PLAIN.replace("<1@example.org>", secret),
                PLAIN + secret + "\0" + secret,
                multipart().replace("base64\n\n", "base64\n\n" + secret + "!!\n"))) {
            assertThat(validate(bytes(mail)).findings())
                    .allSatisfy(finding -> assertThat(finding.what()).doesNotContain(secret));
        }
    }

    @Test
    void hostileMailIsValidatedInBoundedTimeAndMemory() {
        StringBuilder nested = new StringBuilder(HEADER);
        for (int i = 0; i < 1000; i++) {
            nested.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\n\n--b")
                    .append(i)
                    .append('\n');
        }
        StringBuilder enclosed = new StringBuilder(HEADER);
        for (int i = 0; i < 1000; i++) {
            enclosed.append("Content-Type: message/rfc822\n\n");
        }
        byte[] noise = new byte[2_000_000];
        new Random(3).nextBytes(noise);
        String many =
                HEADER + "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n".repeat(100_000) + "--b--\n";
        Assertions.assertTimeout(Duration.ofMinutes(2), () -> {
            assertThat(verdict(many)).isEqualTo(Verdict.CONSISTENT);
            for (byte[] hostile : List.of(
                    bytes(nested.toString()),
                    bytes(enclosed.toString()),
                    noise,
                    new byte[1_000_000],
                    bytes("X: " + "y".repeat(10_000_000) + "\n\nz\n"),
                    bytes(("DKIM-Signature: a=rsa-sha256; bh=" + "A".repeat(43) + "=\n").repeat(10_000) + "\nz\n"),
                    bytes(HEADER + "Content-Type: multipart/mixed; boundary=-\n\n" + "---\n".repeat(200_000)))) {
                assertThat(validate(hostile).verdict()).isNotEqualTo(Verdict.PROVEN);
            }
        });
    }

    @Test
    void largeMessagesAreStreamed() throws IOException {
        byte[] header = bytes(HEADER + "\n");
        byte[] line = bytes("A line of a message that is too large to be held in memory whole.\n");
        long lines = 3_000_000;
        Content huge = new Content() {
            @Override
            public long size() {
                return header.length + lines * line.length;
            }

            @Override
            public InputStream open() {
                return new Repeating(header, line, lines);
            }
        };
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Validation validation = Validator.standard().validate(item(huge));
        // Small things for each line, until the compiler has taken them away; never the message.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(huge.size());
        assertThat(validation.verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(validation.reading().canonical().size()).isEqualTo(huge.size() + lines + 7);
    }

    private static final class Repeating extends InputStream {
        private final byte[] line;
        private byte[] now;
        private int at;
        private long left;

        Repeating(byte[] first, byte[] line, long times) {
            this.now = first;
            this.line = line;
            this.left = times;
        }

        @Override
        public int read() {
            throw new IllegalStateException("only blocks are read");
        }

        @Override
        public int read(byte[] into, int from, int length) {
            int done = 0;
            while (done < length) {
                if (at == now.length) {
                    if (left-- <= 0) {
                        left = 0;
                        return done == 0 ? -1 : done;
                    }
                    now = line;
                    at = 0;
                }
                int octets = Math.min(length - done, now.length - at);
                System.arraycopy(now, at, into, from + done, octets);
                done += octets;
                at += octets;
            }
            return done;
        }
    }

    private static String multipart() {
        byte[] attachment = new byte[900];
        new Random(5).nextBytes(attachment);
        String base64 = Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(attachment);
        return HEADER + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=_b\"\n\nPreamble\n--=_b\n"
                + "Content-Type: text/plain; charset=utf-8\n\nGr\u00c3\u00bc\u00c3\u009fe\n--=_b\n"
                + "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n" + base64
                + "\n--=_b--\n";
    }

    private static byte[] sign(String mail) {
        return new DkimSigner("example.org", "sel", keys.getPrivate()).sign(bytes(mail));
    }

    private static Verdict verdict(String mail) throws IOException {
        return validate(bytes(mail)).verdict();
    }

    private static Validation validate(byte[] mail, Witness... witnesses) throws IOException {
        return Validator.standard().validate(item(Content.of(mail), witnesses));
    }

    private static SourceItem.Message item(Content content, Witness... witnesses) {
        return new SourceItem.Message(
                new ItemRef(0, "cur/1"),
                new SourceMailbox("ada", "INBOX"),
                0,
                ARRIVED,
                Flags.NONE,
                content,
                List.of(witnesses));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
