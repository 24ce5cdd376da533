package org.understudy.restore.source.mbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.understudy.storage.keyspace.Flags;

/**
 * What programs that keep mbox files write into the header of a message.
 *
 * @param flags from Status, X-Status, X-Keywords, X-Mozilla-Status and X-Mozilla-Keys
 * @param uid X-UID, or 0
 * @param uidValidity from X-IMAPbase or X-IMAP, or 0
 * @param contentLength Content-Length, or -1
 * @param deletedByProgram whether Thunderbird has struck the message out, and the file was not compacted since
 * @param internal whether this is no mail but a folder's own data (X-IMAP without other mail in it)
 * @param hidden state fields, which are no part of the message, in the header's order
 */
record MboxHeader(
        Flags flags,
        long uid,
        long uidValidity,
        long contentLength,
        boolean deletedByProgram,
        boolean internal,
        List<Range> hidden) {
    /** Octets of a header that are looked at. */
    static final int LARGEST = 1 << 20;

    static final int LONGEST_NAME = 76;

    private static final int MOZILLA_READ = 0x0001;
    private static final int MOZILLA_REPLIED = 0x0002;
    private static final int MOZILLA_MARKED = 0x0004;
    private static final int MOZILLA_EXPUNGED = 0x0008;
    private static final int MOZILLA_FORWARDED = 0x1000;
    private static final int HEX = 16;
    private static final long LARGEST_UID = 0xFFFF_FFFFL;
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** A field, from its name to the end of its last line. */
    record Range(int from, int to, boolean length) {}

    static MboxHeader read(byte[] header) {
        Reading reading = new Reading();
        int at = 0;
        while (at < header.length) {
            int end = fieldEnd(header, at);
            int colon = at;
            while (colon < end && header[colon] != ':' && colon - at <= LONGEST_NAME) {
                colon++;
            }
            if (colon < end && header[colon] == ':') {
                String name = new String(header, at, colon - at, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
                reading.field(name, header, colon + 1, at, end);
            }
            at = end;
        }
        return reading.header();
    }

    /** End of a field with its folded lines. */
    private static int fieldEnd(byte[] header, int from) {
        int at = from;
        while (at < header.length) {
            while (at < header.length && header[at] != '\n') {
                at++;
            }
            at = Math.min(header.length, at + 1);
            if (at >= header.length || (header[at] != ' ' && header[at] != '\t')) {
                break;
            }
        }
        return at;
    }

    /** A header that is being read. */
    private static final class Reading {
        private final Set<String> keywords = new TreeSet<>();
        private final List<Range> hidden = new ArrayList<>();
        private int system;
        private long uid;
        private long uidValidity;
        private long contentLength = -1;
        private boolean deleted;
        private boolean imap;
        private boolean internalSubject;

        void field(String name, byte[] bytes, int value, int from, int to) {
            switch (name) {
                case "status" -> letters(text(bytes, value, to), "R", Flags.SEEN);
                case "x-status" -> {
                    String text = text(bytes, value, to);
                    letters(text, "A", Flags.ANSWERED);
                    letters(text, "F", Flags.FLAGGED);
                    letters(text, "D", Flags.DELETED);
                    letters(text, "T", Flags.DRAFT);
                }
                case "x-keywords", "x-mozilla-keys" -> words(text(bytes, value, to));
                case "x-uid" -> uid = number(text(bytes, value, to), LARGEST_UID, 0);
                case "x-imapbase", "x-imap" -> {
                    imap = imap || name.equals("x-imap");
                    String[] words = BLANKS.split(text(bytes, value, to));
                    uidValidity = number(words[0], LARGEST_UID, 0);
                }
                case "x-mozilla-status" -> mozilla(text(bytes, value, to));
                case "x-mozilla-status2" -> {}
                case "content-length" -> contentLength = number(text(bytes, value, to), Long.MAX_VALUE / 2, -1);
                case "subject" -> {
                    internalSubject = text(bytes, value, to).contains("FOLDER INTERNAL DATA");
                    return;
                }
                default -> {
                    return;
                }
            }
            hidden.add(new Range(from, to, name.equals("content-length")));
        }

        MboxHeader header() {
            return new MboxHeader(
                    Flags.of(system, keywords),
                    uid,
                    uidValidity,
                    contentLength,
                    deleted,
                    imap && internalSubject,
                    List.copyOf(hidden));
        }

        private void letters(String text, String letter, int flag) {
            if (text.contains(letter)) {
                system |= flag;
            }
        }

        private void words(String text) {
            for (String word : BLANKS.split(text)) {
                if (isKeyword(word)) {
                    keywords.add(word);
                }
            }
        }

        private void mozilla(String text) {
            int bits;
            try {
                bits = Integer.parseInt(text, HEX);
            } catch (NumberFormatException e) {
                return; // the field states nothing; mail without a state is unread
            }
            system |= (bits & MOZILLA_READ) != 0 ? Flags.SEEN : 0;
            system |= (bits & MOZILLA_REPLIED) != 0 ? Flags.ANSWERED : 0;
            system |= (bits & MOZILLA_MARKED) != 0 ? Flags.FLAGGED : 0;
            deleted = (bits & MOZILLA_EXPUNGED) != 0;
            if ((bits & MOZILLA_FORWARDED) != 0) {
                keywords.add("$Forwarded");
            }
        }
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).strip();
    }

    private static long number(String text, long most, long otherwise) {
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return otherwise;
        }
        long number = Long.parseLong(text);
        return number <= most ? number : otherwise;
    }

    /** An atom (RFC 9051 section 9), and none of the words that stand for a system flag. */
    private static boolean isKeyword(String word) {
        return !word.isEmpty() && word.chars().allMatch(c -> c > 0x20 && c < 0x7f && "(){%*\"\\]".indexOf(c) < 0);
    }
}
