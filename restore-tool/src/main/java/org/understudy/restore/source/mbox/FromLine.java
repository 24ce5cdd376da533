package org.understudy.restore.source.mbox;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.understudy.restore.message.MailDate;

/**
 * The line that begins a message: {@code From }, the envelope sender, and the time of delivery as ctime(3) writes it, in
 * UTC unless a zone stands there.
 *
 * @param delivered the time that it names
 */
record FromLine(Instant delivered) {
    /** Octets; RFC 5322 section 2.1.1 allows no longer line, and no program writes one. */
    static final int LONGEST = 998;

    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
    private static final Pattern TIME = Pattern.compile("\\d{1,2}:\\d\\d(?::\\d\\d)?");
    private static final Pattern DAY = Pattern.compile("\\d{1,2}");
    private static final Pattern YEAR = Pattern.compile("\\d{4}");
    private static final int WORD = 3;
    private static final int WORDS_BEFORE_TIME = 2;

    /** Whether a line that begins with {@code From } names a time of delivery; those of prose do not. */
    static boolean isOne(byte[] line, int from, int to) {
        return read(line, from, to).isPresent();
    }

    /** Reads a line without its end, or nothing if it is prose. */
    static Optional<FromLine> read(byte[] line, int from, int to) {
        if (to - from > LONGEST || !startsWithFrom(line, from, to)) {
            return Optional.empty();
        }
        String[] words = BLANKS.split(new String(line, from + 5, to - from - 5, StandardCharsets.ISO_8859_1).strip());
        for (int i = WORDS_BEFORE_TIME; i < words.length; i++) {
            if (TIME.matcher(words[i]).matches() && isDate(words, i)) {
                return date(words, i);
            }
        }
        return Optional.empty();
    }

    static boolean startsWithFrom(byte[] line, int from, int to) {
        return to - from >= 5
                && line[from] == 'F'
                && line[from + 1] == 'r'
                && line[from + 2] == 'o'
                && line[from + 3] == 'm'
                && line[from + 4] == ' ';
    }

    /** {@code Feb 1 00:00:09 ... 2023}, with the year as one of the words after. */
    private static boolean isDate(String[] words, int time) {
        boolean ctime = isMonth(words[time - 2]) && DAY.matcher(words[time - 1]).matches();
        boolean mailed = time >= 3
                && isMonth(words[time - 2])
                && DAY.matcher(words[time - 3]).matches()
                && YEAR.matcher(words[time - 1]).matches();
        if (mailed) {
            return true;
        }
        for (int i = time + 1; ctime && i < words.length; i++) {
            if (YEAR.matcher(words[i]).matches()) {
                return true;
            }
        }
        return false;
    }

    private static Optional<FromLine> date(String[] words, int time) {
        StringBuilder text = new StringBuilder();
        int first = YEAR.matcher(words[time - 1]).matches() ? time - 3 : time - 2;
        for (int i = first; i < words.length && !words[i].equals("remote"); i++) {
            text.append(words[i]).append(' ');
        }
        Instant instant = MailDate.read(text.toString());
        return instant == null ? Optional.empty() : Optional.of(new FromLine(instant));
    }

    private static boolean isMonth(String word) {
        int at = word.length() == WORD ? MONTHS.indexOf(word.toLowerCase(Locale.ROOT)) : -1;
        return at >= 0 && at % WORD == 0;
    }
}
