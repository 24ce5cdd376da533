package org.understudy.restore.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.restore.validate.SampleMail.FIELDS;
import static org.understudy.restore.validate.SampleMail.PLAIN;
import static org.understudy.restore.validate.SampleMail.RECEIVED;
import static org.understudy.restore.validate.SampleMail.of;
import static org.understudy.restore.validate.SampleMail.validate;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.understudy.restore.validate.Finding.Strength;

/** What single octets and lines of a header and a body tell. */
class ContentChecksTest {
    private static final String HEADER = RECEIVED + FIELDS;

    private static String base64(int octets) {
        byte[] bytes = new byte[octets];
        new Random(5).nextBytes(bytes);
        return Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(bytes) + "\n";
    }

    @Test
    void linesOfAnotherMessagesAttachmentWithinTextAreDoubted() {
        assertThat(of("foreign-text", validate(PLAIN + base64(57 * 4)))).containsExactly(Strength.DOUBT);
        assertThat(of("foreign-text", validate(PLAIN + base64(57 * 2)))).isEmpty();
        assertThat(of("foreign-text", validate(HEADER + "Content-Transfer-Encoding: base64\n\n" + base64(57 * 9))))
                .isEmpty();
        assertThat(of("foreign-text", validate(PLAIN + ("=".repeat(76) + "\n").repeat(9))))
                .isEmpty();
        assertThat(of("foreign-text", validate(PLAIN + ("abcdefghi ".repeat(8).substring(0, 74) + "\n").repeat(9))))
                .isEmpty();
    }

    @Test
    void softLineBreaksInTextThatIsNotEncodedAreDoubted() {
        String line = "A line of text that a mail program has broken where it grew too long to s=\n";
        assertThat(of("foreign-text", validate(PLAIN + line.repeat(3)))).containsExactly(Strength.DOUBT);
        assertThat(of("foreign-text", validate(PLAIN + line + "end\n"))).isEmpty();
        assertThat(of(
                        "foreign-text",
                        validate(
                                HEADER + "Content-Transfer-Encoding: quoted-printable\n\n" + line.repeat(9) + "end\n")))
                .isEmpty();
    }

    @Test
    void anOctetWithItsTopBitSetIsTakenForALetterOnlyWhereNobodyTypesIt() {
        String ascii = HEADER + "Content-Type: text/plain; charset=us-ascii\n\nThe cafe is here. Price 20.\n";
        assertThat(of("characters", validate(ascii.replace("cafe", "c\u00e1fe"))))
                .containsExactly(Strength.DOUBT);
        assertThat(of("characters", validate(ascii.replace("20", "2\u00b0")))).containsExactly(Strength.DOUBT);
        assertThat(of("characters", validate(ascii.replace("is here", "is\u00a0here"))))
                .containsExactly(Strength.DOUBT);
        assertThat(of("characters", validate(ascii.replace("is here", "is \u00a0here"))))
                .containsExactly(Strength.NOTE);
        assertThat(of("characters", validate(ascii.replace("cafe", "caf\u00e9"))))
                .containsExactly(Strength.NOTE);
        assertThat(of("characters", validate(ascii.replace("cafe", "c\u00e1f\u00e1"))))
                .isEmpty();
        assertThat(of(
                        "characters",
                        validate(ascii.replace("us-ascii", "iso-8859-1").replace("cafe", "c\u00e1fe"))))
                .containsExactly(Strength.NOTE);
    }

    @Test
    void eightBitOctetsInFieldsOfProgramsAreDoubted() {
        assertThat(of("field-syntax", validate(PLAIN.replace("by b.example", "by \u00e2.example"))))
                .containsExactly(Strength.DOUBT);
        assertThat(of("field-syntax", validate(PLAIN.replace("Subject: N", "Subject: \u00d1"))))
                .isEmpty();
    }

    @Test
    void aHeaderLineOfBlanksAloneIsNoted() {
        Validation validation = validate(PLAIN.replace("Subject: Numbers\n", "Subject: Numbers\n \t\n more\n"));
        assertThat(of("header-block", validation)).contains(Strength.NOTE);
        assertThat(validation.verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(of("header-block", validate(PLAIN.replace("Subject: Numbers\n", "Subject: Numbers\n more\n"))))
                .containsExactly(Strength.SUPPORT);
    }

    @Test
    void fillTellsWhetherItLiesOnASector() {
        byte[] mail = SampleMail.bytes(HEADER + "\n" + "Text of some length.\n".repeat(200));
        java.util.Arrays.fill(mail, 1024, 2048, (byte) 0);
        assertThat(validate(new String(mail, java.nio.charset.StandardCharsets.ISO_8859_1))
                        .findings())
                .filteredOn(finding -> finding.check().equals("fill-run"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.place()).isEqualTo(new Finding.Place.Octets(1024, 1024));
                    assertThat(finding.what()).isEqualTo("1024 times the octet 0 in a row, 2 whole sectors");
                });
    }
}
