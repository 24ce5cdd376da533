package org.understudy.restore.workflow;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.replay.Examiner;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Validation;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.Content;

/** Judges by S= and trusted digests alone, so that tests know the verdict beforehand. */
final class SizeAndDigestExaminer implements Examiner {
    @Override
    public Validation examine(SourceItem.Message item, Content bytes) throws IOException {
        MessageReading reading = MessageReader.read(bytes);
        Verdict verdict = Verdict.CONSISTENT;
        List<Finding> findings = new ArrayList<>();
        for (Witness witness : item.witnesses()) {
            switch (witness) {
                case Witness.MaildirSize size
                when size.octets() != reading.rawSize() -> {
                    verdict = Verdict.SUSPECT;
                    findings.add(new Finding(
                            "size",
                            Finding.Strength.DOUBT,
                            new Finding.Place.FileName(),
                            size.octets() + " expected, " + reading.rawSize() + " found"));
                }
                case Witness.MaildirSize size ->
                    findings.add(new Finding("size", Finding.Strength.SUPPORT, new Finding.Place.FileName(), "equal"));
                case Witness.TrustedDigest trusted
                when !trusted.digest().equals(reading.digest()) -> {
                    verdict = Verdict.DAMAGED;
                    findings.add(new Finding(
                            "digest", Finding.Strength.CONTRADICTION, new Finding.Place.Whole(), "it differs"));
                }
                default -> {}
            }
        }
        return new Validation(reading, verdict, findings);
    }
}
