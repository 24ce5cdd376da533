package org.understudy.restore.validate;

import java.util.List;
import org.understudy.restore.message.MessageReading;

/** Verdict and evidence for one message. */
public record Validation(MessageReading reading, Verdict verdict, List<Finding> findings) {
    public Validation {
        findings = List.copyOf(findings);
    }
}
