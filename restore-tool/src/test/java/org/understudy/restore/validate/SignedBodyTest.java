package org.understudy.restore.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.restore.validate.SampleMail.FIELDS;
import static org.understudy.restore.validate.SampleMail.RECEIVED;
import static org.understudy.restore.validate.SampleMail.of;
import static org.understudy.restore.validate.SampleMail.validate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Body hashes of DKIM and ARC. The canonical bodies are written out here by hand from RFC 6376 section 3.4, so that the
 * hashes do not come from the code under test.
 */
class SignedBodyTest {
    private static final String BODY = "Dear Bob, \n\n  two   blanks\tand a tab  \nend\n\n\n";
    private static final String SIMPLE = "Dear Bob, \r\n\r\n  two   blanks\tand a tab  \r\nend\r\n";
    private static final String RELAXED = "Dear Bob,\r\n\r\n two blanks and a tab\r\nend\r\n";

    private static String hash(String algorithm, String canonical) throws Exception {
        return Base64.getEncoder()
                .encodeToString(
                        MessageDigest.getInstance(algorithm).digest(canonical.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String tags(String domain, String a, String c, String more, String hash) {
        return "v=1; a=" + a + "; c=" + c + "; d=" + domain + "; s=x; h=from:subject; " + more + "bh=" + hash + "; b="
                + "A".repeat(86) + "==\n";
    }

    private static String dkim(String domain, String a, String c, String more, String hash) {
        return "DKIM-Signature: " + tags(domain, a, c, more, hash);
    }

    private static String mail(String signatures, String body) {
        return RECEIVED + signatures + FIELDS + "\n" + body;
    }

    @ParameterizedTest
    @CsvSource({
        "simple/simple, rsa-sha256, SHA-256, false",
        "relaxed/simple, rsa-sha1, SHA-1, false",
        "simple, ed25519-sha256, SHA-256, false",
        "relaxed, rsa-sha256, SHA-256, false",
        "relaxed/relaxed, rsa-sha256, SHA-256, true",
        "simple/relaxed, rsa-sha1, SHA-1, true"
    })
    void everyCanonicalisationProvesTheBody(String c, String a, String digest, boolean relaxed) throws Exception {
        String signature = dkim("example.org", a, c, "", hash(digest, relaxed ? RELAXED : SIMPLE));
        for (String whole :
                new String[] {mail(signature, BODY), mail(signature, BODY).replace("\n", "\r\n")}) {
            assertThat(of("dkim-body", validate(whole))).containsExactly(Strength.PROOF);
            assertThat(validate(whole).verdict()).isEqualTo(Verdict.CONSISTENT);
        }
        assertThat(of("dkim-body", validate(mail(signature, BODY.replace("end", "and")))))
                .containsExactly(Strength.DOUBT);
        assertThat(of("dkim-body", validate(mail(signature, BODY.replace("two   ", "two ")))))
                .containsExactly(relaxed ? Strength.PROOF : Strength.DOUBT);
    }

    @Test
    void anEmptyBodyHasAHashOfItsOwn() throws Exception {
        assertThat(of(
                        "dkim-body",
                        validate(mail(dkim("example.org", "rsa-sha256", "s/simple", "", hash("SHA-256", "\r\n")), ""))))
                .containsExactly(Strength.PROOF);
        assertThat(of(
                        "dkim-body",
                        validate(
                                mail(dkim("example.org", "rsa-sha256", "s/relaxed", "", hash("SHA-256", "")), "\n\n"))))
                .containsExactly(Strength.PROOF);
    }

    @Test
    void ofSeveralSignaturesOneThatAgreesIsEnough() throws Exception {
        String wrong = dkim("author.example", "rsa-sha256", "relaxed/relaxed", "", hash("SHA-256", "other"));
        String right = dkim("list.example", "rsa-sha256", "simple/simple", "", hash("SHA-256", SIMPLE));
        for (String both : new String[] {wrong + right, right + wrong, wrong + wrong + right}) {
            Validation validation = validate(mail(both, BODY));
            assertThat(of("dkim-body", validation)).containsExactly(Strength.PROOF);
            assertThat(validation.findings()).anyMatch(f -> f.what().contains("list.example"));
        }
    }

    @Test
    void aLimitProvesNoMoreThanItCoversAndIsWorthLess() throws Exception {
        String limited =
                dkim("example.org", "rsa-sha256", "relaxed/simple", "l=11; ", hash("SHA-256", SIMPLE.substring(0, 11)));
        Validation validation = validate(mail(limited, BODY));
        assertThat(of("dkim-body", validation)).containsExactly(Strength.SUPPORT);
        assertThat(validate(mail(limited, BODY.replace("end", "e\0d"))).verdict())
                .as("a doubt beyond the limit is not answered")
                .isEqualTo(Verdict.SUSPECT);
        assertThat(of("dkim-body", validate(mail(limited, BODY.replace("Bob", "Rob")))))
                .containsExactly(Strength.DOUBT);
        String whole = dkim("example.org", "rsa-sha256", "relaxed/simple", "", hash("SHA-256", SIMPLE));
        assertThat(of("dkim-body", validate(mail(limited + whole, BODY)))).containsExactly(Strength.PROOF);
    }

    @Test
    void anArcInstanceProvesTheBodyThatItsHostPassedOn() throws Exception {
        String first = "ARC-Message-Signature: i=1; "
                + tags("first.example", "rsa-sha256", "relaxed/relaxed", "", hash("SHA-256", "before the list\r\n"));
        String second = "ARC-Message-Signature: i=2; "
                + tags("list.example", "rsa-sha256", "relaxed/relaxed", "", hash("SHA-256", RELAXED));
        Validation validation = validate(mail(second + first, BODY));
        assertThat(of("dkim-body", validation)).containsExactly(Strength.PROOF);
        assertThat(validation.findings()).anyMatch(f -> f.what().contains("list.example signed (ARC instance 2)"));
        assertThat(of("dkim-body", validate(mail(second + first, BODY.replace("Bob", "Rob")))))
                .containsExactly(Strength.DOUBT);
    }

    @Test
    void aSignatureThatCannotBeReadIsNoted() {
        assertThat(of("dkim-body", validate(mail("DKIM-Signature: v=1; a=rsa-md5; bh=xx\n", BODY))))
                .containsExactly(Strength.NOTE);
    }
}
