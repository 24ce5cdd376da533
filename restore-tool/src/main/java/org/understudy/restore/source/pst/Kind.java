package org.understudy.restore.source.pst;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What an object is, by its message class ([MS-OXCMSG] section 2.2.1.3). */
final class Kind {
    private static final Map<String, String> NO_MAIL = Map.ofEntries(
            Map.entry("ipm.appointment", "an appointment"),
            Map.entry("ipm.contact", "a contact"),
            Map.entry("ipm.distlist", "a distribution list"),
            Map.entry("ipm.abchperson", "a contact"),
            Map.entry("ipm.task", "a task"),
            Map.entry("ipm.taskrequest", "a task request"),
            Map.entry("ipm.stickynote", "a note"),
            Map.entry("ipm.activity", "a journal entry"),
            Map.entry("ipm.configuration", "a setting of the mail program"),
            Map.entry("ipm.microsoft", "a setting of the mail program"),
            Map.entry("ipm.rule", "a rule of the mail program"),
            Map.entry("ipm.extendedrule", "a rule of the mail program"),
            Map.entry("ipm.document", "a document"),
            Map.entry("ipm.ole.class", "an exception of an appointment"));

    private Kind() {}

    /** What it is, if it is no mail. */
    static Optional<String> noMail(String messageClass) {
        String name = messageClass.toLowerCase(Locale.ROOT);
        while (!name.isEmpty()) {
            String found = NO_MAIL.get(name);
            if (found != null) {
                return Optional.of(found);
            }
            int dot = name.lastIndexOf('.');
            name = dot < 0 ? "" : name.substring(0, dot);
        }
        return Optional.empty();
    }

    /** Whether it is mail that invites to a meeting, or answers to that. */
    static boolean isMeeting(String messageClass) {
        return messageClass.toLowerCase(Locale.ROOT).startsWith("ipm.schedule.");
    }

    /** Whether it is signed mail whose MIME is kept whole, as its one attachment ([MS-OXOSMIME] section 2.1.3). */
    static boolean isSigned(String messageClass) {
        return messageClass.toLowerCase(Locale.ROOT).endsWith(".smime.multipartsigned");
    }
}
