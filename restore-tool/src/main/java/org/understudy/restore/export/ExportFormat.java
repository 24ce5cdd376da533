package org.understudy.restore.export;

import java.util.Arrays;
import java.util.Locale;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** In what form mail is exported. */
public enum ExportFormat {
    /** Maildir++, as Dovecot writes it. */
    MAILDIR,
    /** mboxrd, a file a mailbox, laid out as Thunderbird does. */
    MBOX,
    /** Message files in folders in one zip archive for each user. */
    EML;

    /** As commands and files name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws OperatorException {@link Reason#USAGE} for any other word */
    public static ExportFormat of(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new OperatorException(
                        Reason.USAGE,
                        "'" + word + "' is no format of an export",
                        "Name maildir, mbox or eml (message files in a zip archive)."));
    }
}
