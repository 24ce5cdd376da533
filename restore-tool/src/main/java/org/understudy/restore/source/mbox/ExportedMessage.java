package org.understudy.restore.source.mbox;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.restore.source.Witness;
import org.understudy.storage.keyspace.Flags;

/**
 * What the field {@code X-Understudy} of an exported message says (docs/export-format.md). State fields may stand before
 * it, and the message itself begins on the next line.
 *
 * @param begin place of the message's first octet
 * @param octets of the message as it lies in the file
 * @param quoted lines of it that have one {@code >} too many
 * @param date INTERNALDATE
 * @param size in octets with CRLF line ends
 * @param state flags, keywords and UID of the fields before, and the keywords that only this field can name
 */
record ExportedMessage(long begin, long octets, long quoted, Instant date, Witness.Rfc822Size size, MboxHeader state) {
    private static final byte[] NAME = "X-Understudy: 1 ".getBytes(StandardCharsets.US_ASCII);
    /** Octets in which the field must end; keywords of a mailbox may be many. */
    private static final int LARGEST = 1 << 16;

    private static final int MOST_LINES = 16;

    /** The statement in the header that begins at {@code header}; empty where there is none. */
    static Optional<ExportedMessage> find(Window file, long header) throws IOException {
        long at = header;
        for (int line = 0; line < MOST_LINES && at < file.size() && startsState(file.at(at)); line++) {
            long end = file.lineFeed(at);
            if (end - header > LARGEST) {
                return Optional.empty();
            }
            if (isField(file, at)) {
                String text = new String(
                        file.bytes(at + NAME.length, (int) Math.max(0, end - at - NAME.length)),
                        StandardCharsets.US_ASCII);
                return parse(text.strip(), end + 1, file.bytes(header, (int) (at - header)));
            }
            at = end + 1;
        }
        return Optional.empty();
    }

    /** Status and X-Status, X-UID, X-Keywords, X-IMAPbase, X-Mozilla-Status: what stands before the statement. */
    private static boolean startsState(int octet) {
        return octet == 'X' || octet == 'S';
    }

    private static boolean isField(Window file, long at) throws IOException {
        for (int i = 0; i < NAME.length; i++) {
            if (file.at(at + i) != NAME[i]) {
                return false;
            }
        }
        return true;
    }

    private static Optional<ExportedMessage> parse(String text, long begin, byte[] before) {
        Map<String, String> words = new HashMap<>();
        for (String word : text.split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                words.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        try {
            long octets = Long.parseLong(words.getOrDefault("octets", "-1"));
            long quoted = Long.parseLong(words.getOrDefault("quoted", "-1"));
            long size = Long.parseLong(words.getOrDefault("size", "-1"));
            Instant date = Instant.ofEpochMilli(Long.parseLong(words.getOrDefault("date", "")));
            if (octets < 0 || quoted < 0 || size < 0) {
                return Optional.empty();
            }
            return Optional.of(new ExportedMessage(
                    begin,
                    octets,
                    quoted,
                    date,
                    new Witness.Rfc822Size(size, "the export"),
                    state(MboxHeader.read(before), words.getOrDefault("keywords", ""))));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty(); // no statement of ours: the file is read as any other
        }
    }

    private static MboxHeader state(MboxHeader fields, String more) {
        Set<String> keywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        keywords.addAll(fields.flags().keywords());
        for (String one : more.split(",")) {
            if (!one.isEmpty()) {
                keywords.add(URLDecoder.decode(one, StandardCharsets.UTF_8));
            }
        }
        return new MboxHeader(
                Flags.of(fields.flags().system(), keywords),
                fields.uid(),
                fields.uidValidity(),
                -1,
                fields.deletedByProgram(),
                false,
                List.of());
    }
}
