package org.understudy.restore.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.understudy.restore.validate.Corpus.Mail;
import org.understudy.restore.validate.Finding.Strength;

/** Real mail, whole and damaged; skipped where there is none. */
class CorpusTest {
    @Test
    void wholeMailIsNotCalledDamagedAndSeldomSuspect() throws IOException {
        Corpus corpus = Corpus.find();
        assumeThat(corpus.present()).as("mail corpus beside the project").isTrue();
        Validator validator = Validator.standard();
        List<String> damaged = new ArrayList<>();
        List<String> suspect = new ArrayList<>();
        int[] counts = new int[2];
        corpus.each(mail -> {
            Validation validation = Corpus.validate(validator, mail);
            counts[1] += signedBody(validation) && mail.archive().equals("maildir-list-subscribers") ? 1 : 0;
            if (mail.fixture()) {
                return;
            }
            counts[0]++;
            if (validation.verdict() == Verdict.DAMAGED) {
                damaged.add(mail.name() + " " + validation.findings());
            } else if (validation.verdict() == Verdict.SUSPECT) {
                suspect.add(mail.name());
            }
        });
        assertThat(damaged).isEmpty();
        assertThat(suspect).as("of " + counts[0]).hasSizeLessThan(counts[0] / 100);
        assertThat(counts[1]).as("signed bodies proven").isEqualTo(1441);
    }

    @Test
    void damagedMailIsNeverProven() throws IOException {
        Corpus corpus = Corpus.find();
        assumeThat(corpus.present()).as("mail corpus beside the project").isTrue();
        Validator validator = Validator.standard();
        List<Mail> mails = corpus.all();
        long seed = 20_260_101;
        Random random = new Random(seed);
        for (int round = 0; round < 4000; round++) {
            Damage damage = Damage.values()[round % Damage.values().length];
            Mail mail = mails.get(random.nextInt(mails.size()));
            byte[] changed = mail.bytes().length == 0
                    ? null
                    : damage.apply(
                            mail.bytes(),
                            mails.get(random.nextInt(mails.size())).bytes(),
                            random);
            if (changed != null && !java.util.Arrays.equals(changed, mail.bytes())) {
                Validation validation = Corpus.validate(validator, mail.with(changed, random.nextBoolean()));
                assertThat(validation.verdict())
                        .as("seed " + seed + " round " + round + " " + damage + " " + mail.name())
                        .isNotEqualTo(Verdict.PROVEN);
            }
        }
    }

    private static boolean signedBody(Validation validation) {
        return validation.findings().stream()
                .anyMatch(finding ->
                        finding.check().equals(DkimBodyHashCheck.NAME) && finding.strength() == Strength.PROOF);
    }
}
