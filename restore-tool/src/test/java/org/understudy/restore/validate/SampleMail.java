package org.understudy.restore.validate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding.Strength;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Flags;

/** Small messages of our own making, and their validation by the standard checks. */
final class SampleMail {
    static final Instant ARRIVED = Instant.parse("2003-07-01T09:00:00Z");

    static final String RECEIVED = "Received: from a.example.org by b.example.net; Tue, 1 Jul 2003 10:53:00 +0200\n";

    static final String FIELDS = "From: Ada <ada@example.org>\nTo: bob@example.net\nSubject: Numbers\n"
            + "Date: Tue, 1 Jul 2003 10:52:37 +0200\nMessage-ID: <1@example.org>\n";

    static final String PLAIN = RECEIVED + FIELDS + "\nOne line.\nAnother line.\n";

    private SampleMail() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static Validation validate(String mail, Witness... witnesses) {
        return validate(bytes(mail), ARRIVED, witnesses);
    }

    static Validation validate(byte[] mail, Instant arrived, Witness... witnesses) {
        try {
            return Validator.standard()
                    .validate(new SourceItem.Message(
                            new ItemRef(0, "cur/1"),
                            new SourceMailbox("ada", "INBOX"),
                            0,
                            arrived,
                            Flags.NONE,
                            Content.of(mail),
                            List.of(witnesses)));
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory are always readable", e);
        }
    }

    /** The strengths of the findings of one check, in order. */
    static List<Strength> of(String check, Validation validation) {
        return validation.findings().stream()
                .filter(finding -> finding.check().equals(check))
                .map(Finding::strength)
                .toList();
    }
}
