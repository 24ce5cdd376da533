package org.understudy.restore.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.restore.validate.SampleMail.ARRIVED;
import static org.understudy.restore.validate.SampleMail.FIELDS;
import static org.understudy.restore.validate.SampleMail.PLAIN;
import static org.understudy.restore.validate.SampleMail.RECEIVED;
import static org.understudy.restore.validate.SampleMail.bytes;
import static org.understudy.restore.validate.SampleMail.of;
import static org.understudy.restore.validate.SampleMail.validate;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.understudy.restore.validate.Finding.Strength;

/** What the servers on the way wrote into the header: dates and results of their own checks. */
class TransitChecksTest {
    private static final String BODY = "\nOne line.\n";
    private static final String SIGNATURE = "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=x;"
            + " h=from; bh=" + "A".repeat(43) + "=; b=" + "A".repeat(86) + "==\n";

    private static String results(String host) {
        return "Authentication-Results: " + host + "; spf=none; dkim=pass (2048-bit) header.d=example.org\n";
    }

    @Test
    void resultsAreBelievedAboveEveryReceivedOrFromTheHostThatReceived() {
        for (String whole : new String[] {
            results("mx.example.com") + RECEIVED + SIGNATURE,
            results("b.example.net") + "X-Other: y\n" + RECEIVED + SIGNATURE,
            "Received: from b.example.net by store.example.net; Tue, 1 Jul 2003 10:53:01 +0200\n"
                    + results("b.example.net") + RECEIVED + SIGNATURE,
            RECEIVED + results("example.net") + SIGNATURE
        }) {
            Validation validation = validate(whole + FIELDS + BODY);
            assertThat(of("delivery-results", validation)).as(whole).containsExactly(Strength.SUPPORT);
            assertThat(of("dkim-body", validation)).as(whole).containsExactly(Strength.CONTRADICTION);
            assertThat(validation.verdict()).as(whole).isEqualTo(Verdict.DAMAGED);
        }
    }

    @Test
    void resultsThatTheSenderCouldHaveWrittenAreNotBelieved() {
        for (String forged : new String[] {
            RECEIVED + results("mx.example.com") + SIGNATURE,
            RECEIVED + "Authentication-Results: net; dkim=pass header.d=example.org\n" + SIGNATURE,
            "Authentication-Results: b.example.net; dkim=fail header.d=example.org\n" + results("b.example.net")
                    + RECEIVED + SIGNATURE
        }) {
            Validation validation = validate(forged + FIELDS + BODY);
            assertThat(of("dkim-body", validation)).as(forged).containsExactly(Strength.DOUBT);
            assertThat(validation.verdict()).as(forged).isEqualTo(Verdict.SUSPECT);
        }
        assertThat(of("delivery-results", validate(RECEIVED + results("mx.example.com") + SIGNATURE + FIELDS + BODY)))
                .containsExactly(Strength.NOTE);
    }

    @Test
    void aSignatureThatPassedAndIsGoneIsDoubted() {
        Validation validation = validate(results("b.example.net") + PLAIN);
        assertThat(of("delivery-results", validation)).containsExactly(Strength.DOUBT);
        assertThat(validation.verdict()).isEqualTo(Verdict.SUSPECT);
        assertThat(of("delivery-results", validate(PLAIN))).isEmpty();
    }

    @Test
    void datesThatAgreeSupport() {
        assertThat(of("dates", validate(PLAIN))).containsExactly(Strength.SUPPORT);
    }

    @Test
    void aChainOfServersThatRunsBackwardsIsDoubted() {
        String earlier = "Received: from c by a.example.org; Tue, 15 Jul 2003 10:53:00 +0200\n";
        Validation validation = validate(RECEIVED + earlier + FIELDS + BODY);
        assertThat(of("dates", validation)).containsExactly(Strength.SUPPORT, Strength.DOUBT);
        assertThat(validation.verdict()).isEqualTo(Verdict.SUSPECT);
        String clockOff = "Received: from c by a.example.org; Thu, 3 Jul 2003 10:53:00 +0200\n";
        assertThat(validate(RECEIVED + clockOff + FIELDS + BODY).verdict()).isEqualTo(Verdict.CONSISTENT);
        String waited = "Received: from c by a.example.org; Tue, 1 Jul 2001 10:53:00 +0200\n";
        assertThat(of("dates", validate(RECEIVED + waited + FIELDS + BODY)))
                .containsExactly(Strength.SUPPORT, Strength.NOTE);
    }

    @Test
    void aDateLongAfterTheLastServerIsDoubtedAndOneBeforeIsNoted() {
        assertThat(of("dates", validate(PLAIN.replace("Tue, 1 Jul 2003 10:52", "Fri, 1 Aug 2003 10:52"))))
                .containsExactly(Strength.DOUBT);
        assertThat(of("dates", validate(PLAIN.replace("Tue, 1 Jul 2003 10:52", "Sun, 1 Jun 2003 10:52"))))
                .containsExactly(Strength.NOTE);
    }

    @Test
    void anArrivalThatDisagreesIsNotedForTheBytesAreNotAtFault() {
        for (int days : new int[] {-400, -8, 8, 4000}) {
            Validation validation = validate(bytes(PLAIN), ARRIVED.plus(Duration.ofDays(days)));
            assertThat(of("dates", validation)).as(days + " days").containsExactly(Strength.SUPPORT, Strength.NOTE);
            assertThat(validation.verdict()).isEqualTo(Verdict.CONSISTENT);
        }
    }
}
