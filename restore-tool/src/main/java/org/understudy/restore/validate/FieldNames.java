package org.understudy.restore.validate;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names of header fields that mail commonly has (IANA registry of message headers, and what MTAs and lists add). */
final class FieldNames {
    /** Fields that a message has at most once (RFC 5322 section 3.6, RFC 2045). */
    static final List<String> ONCE = List.of(
            "From",
            "Date",
            "Subject",
            "Message-ID",
            "Sender",
            "Reply-To",
            "To",
            "Cc",
            "In-Reply-To",
            "References",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding");

    /** Fields that transports and mail programs write and people do not; in a text they hint at a header gone astray. */
    private static final List<String> MACHINE_AS_WRITTEN = List.of(
            "Received",
            "Return-Path",
            "Message-ID",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
            "Content-Disposition",
            "DKIM-Signature",
            "Delivered-To",
            "X-Mailer",
            "Authentication-Results",
            "ARC-Seal",
            "ARC-Message-Signature",
            "ARC-Authentication-Results",
            "Received-SPF",
            "In-Reply-To",
            "References",
            "List-Id",
            "List-Unsubscribe",
            "List-Archive",
            "List-Post",
            "List-Help",
            "List-Subscribe",
            "Precedence",
            "X-Spam-Status",
            "X-Spam-Level",
            "X-Mailman-Version",
            "X-BeenThere",
            "X-Google-Smtp-Source",
            "X-Google-DKIM-Signature",
            "X-Gm-Message-State",
            "X-Received",
            "X-Originating-IP",
            "X-MimeOLE",
            "X-MSMail-Priority",
            "X-Priority",
            "Thread-Index",
            "Thread-Topic",
            "User-Agent",
            "Errors-To",
            "X-MS-Exchange-Organization-SCL",
            "X-MS-Has-Attach",
            "X-OriginalArrivalTime",
            "X-UIDL",
            "X-Original-To",
            "X-From",
            "X-To",
            "X-cc",
            "X-bcc",
            "X-Folder",
            "X-Origin",
            "X-FileName",
            "Autocrypt",
            "X-Mailing-List");

    private static final List<String> PEOPLE_AS_WRITTEN = List.of(
            "From",
            "To",
            "Cc",
            "Bcc",
            "Date",
            "Subject",
            "Sender",
            "Reply-To",
            "Comments",
            "Keywords",
            "Resent-From",
            "Resent-To",
            "Resent-Date",
            "Resent-Message-ID",
            "Organization",
            "Content-Language",
            "Content-ID",
            "Content-Description",
            "Content-Class",
            "Importance",
            "Priority",
            "Sensitivity",
            "Status",
            "Lines",
            "X-Status",
            "X-Keywords",
            "Mail-Followup-To",
            "Accept-Language",
            "Auto-Submitted",
            "Content-Length",
            "Disposition-Notification-To",
            "Feedback-ID",
            "Envelope-To",
            "X-Loop",
            "X-Face",
            "X-Accept-Language");

    private static final Set<String> MACHINE = lower(MACHINE_AS_WRITTEN);
    private static final Set<String> PEOPLE = lower(PEOPLE_AS_WRITTEN);
    /** Most names are written as these are, and need not be brought to lower case to be found. */
    private static final Set<String> WRITTEN = Stream.concat(MACHINE_AS_WRITTEN.stream(), PEOPLE_AS_WRITTEN.stream())
            .collect(Collectors.toUnmodifiableSet());

    /** Known names in lower case by length: a changed letter leaves the length. */
    private static final Map<Integer, List<String>> BY_LENGTH = new TreeMap<>(
            Stream.concat(MACHINE.stream(), PEOPLE.stream()).collect(Collectors.groupingBy(String::length)));

    private FieldNames() {}

    private static Set<String> lower(List<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    static boolean isMachines(String name) {
        return MACHINE.contains(name.toLowerCase(Locale.ROOT));
    }

    static boolean isKnown(String name) {
        if (WRITTEN.contains(name)) {
            return true;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return MACHINE.contains(lower) || PEOPLE.contains(lower);
    }

    /** Whether a name is not known and becomes so by changing one bit of one letter. */
    static boolean isOneBitOff(String name) {
        if (isKnown(name)) {
            return false;
        }
        for (String known : BY_LENGTH.getOrDefault(name.length(), List.of())) {
            int bits = 0;
            for (int i = 0; i < known.length() && bits < 2; i++) {
                int difference = (name.charAt(i) ^ known.charAt(i)) & 0xFF;
                boolean letter = known.charAt(i) >= 'a' && known.charAt(i) <= 'z';
                bits += Integer.bitCount(letter ? difference & ~0x20 : difference);
            }
            if (bits == 1) {
                return true;
            }
        }
        return false;
    }
}
