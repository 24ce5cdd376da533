package org.understudy.server.search;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.james.mime4j.dom.address.Address;
import org.apache.james.mime4j.dom.address.AddressList;
import org.apache.james.mime4j.dom.address.Group;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.field.address.LenientAddressParser;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.message.MailDate;

/** Reads a header block into what is searched of it, as leniently as mail is written. */
final class HeaderReader {
    private static final int MOST_REFERENCES = 1000;

    /** The first address is looked for in so much of a field. */
    private static final int MOST_ADDRESS_CHARACTERS = 4000;

    private HeaderReader() {}

    /** One field: its name as written, its value unfolded and decoded. */
    record Line(String name, String value) {
        boolean is(String wanted) {
            return name.equalsIgnoreCase(wanted);
        }
    }

    /** The fields of the block that begins at {@code from}; {@code blockEnd} gives the offset behind the block. */
    static List<Line> lines(byte[] octets, int from, int to, int[] blockEnd) {
        List<Line> lines = new ArrayList<>();
        int at = from;
        while (at < to) {
            int lineEnd = lineEnd(octets, at, to);
            int textEnd = withoutEnd(octets, at, lineEnd);
            if (textEnd == at) {
                at = lineEnd;
                break;
            }
            int valueEnd = textEnd;
            int next = lineEnd;
            while (next < to && (octets[next] == ' ' || octets[next] == '\t')) {
                int continued = lineEnd(octets, next, to);
                valueEnd = withoutEnd(octets, next, continued);
                next = continued;
            }
            int colon = at;
            while (colon < textEnd && octets[colon] != ':') {
                colon++;
            }
            if (colon < textEnd && colon > at) {
                String name = HeaderText.raw(octets, at, colon).strip();
                String value = unfolded(HeaderText.raw(octets, colon + 1, Math.max(colon + 1, valueEnd)));
                lines.add(new Line(name, HeaderText.decode(value.strip())));
            }
            at = next;
        }
        blockEnd[0] = at;
        return lines;
    }

    private static int lineEnd(byte[] octets, int at, int to) {
        while (at < to && octets[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, to);
    }

    private static int withoutEnd(byte[] octets, int from, int lineEnd) {
        int end = lineEnd;
        if (end > from && octets[end - 1] == '\n') {
            end--;
        }
        return end > from && octets[end - 1] == '\r' ? end - 1 : end;
    }

    private static String unfolded(String value) {
        return value.indexOf('\n') < 0 ? value : value.replace("\r", "").replace("\n", "");
    }

    /** What is sorted, threaded and searched by. */
    static MailHeader header(List<Line> lines) {
        Map<Criterion.Field, byte[]> fields = new EnumMap<>(Criterion.Field.class);
        for (Criterion.Field field : Criterion.Field.values()) {
            StringBuilder values = new StringBuilder();
            for (Line line : lines) {
                if (line.is(field.name())) {
                    values.append(line.value()).append('\n');
                }
            }
            if (!values.isEmpty()) {
                fields.put(field, FoldedText.of(values.toString()));
            }
        }
        BaseSubject subject = BaseSubject.of(first(lines, "subject"));
        String date = first(lines, "date");
        Instant sent = date.isEmpty() ? null : MailDate.read(date);
        Mailbox from = firstMailbox(first(lines, "from"));
        Mailbox to = firstMailbox(first(lines, "to"));
        Mailbox cc = firstMailbox(first(lines, "cc"));
        return new MailHeader(
                fields,
                sentDay(date),
                sent == null ? MailHeader.NO_MOMENT : sent.toEpochMilli(),
                folded(subject.text()),
                subject.reply(),
                List.of(mailbox(from), mailbox(to), mailbox(cc), display(from), display(to)),
                firstId(first(lines, "message-id")),
                references(lines));
    }

    private static String folded(String text) {
        return new String(FoldedText.of(text), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String first(List<Line> lines, String name) {
        for (Line line : lines) {
            if (line.is(name)) {
                return line.value();
            }
        }
        return "";
    }

    /** The date without its time and zone (RFC 9051 section 6.4.4). */
    private static int sentDay(String date) {
        Instant local = MailDate.read(withoutZone(date));
        return local == null
                ? MailHeader.NONE
                : (int) LocalDate.ofInstant(local, ZoneOffset.UTC).toEpochDay();
    }

    /** Up to the end of the time of day. */
    private static String withoutZone(String date) {
        int colon = date.lastIndexOf(':');
        int end = colon + 1;
        while (end < date.length() && Character.isDigit(date.charAt(end))) {
            end++;
        }
        if (colon < 0) {
            return date;
        }
        // The way of asctime puts the year behind the time, perhaps behind a zone.
        String rest = date.substring(end).replaceAll("\\([^)]*\\)", " ").replaceAll("[+-][0-9]{4}", " ");
        return date.substring(0, end) + rest.replaceAll("[A-Za-z]+", " ");
    }

    private static @Nullable Mailbox firstMailbox(String value) {
        if (value.isEmpty()) {
            return null;
        }
        String begin = value.length() > MOST_ADDRESS_CHARACTERS ? value.substring(0, MOST_ADDRESS_CHARACTERS) : value;
        AddressList addresses = LenientAddressParser.DEFAULT.parseAddressList(begin);
        for (Address address : addresses) {
            if (address instanceof Mailbox mailbox) {
                return mailbox;
            }
            if (address instanceof Group group && !group.getMailboxes().isEmpty()) {
                return group.getMailboxes().get(0);
            }
        }
        return null;
    }

    private static String mailbox(@Nullable Mailbox address) {
        return address == null || address.getLocalPart() == null ? "" : folded(address.getLocalPart());
    }

    private static String display(@Nullable Mailbox address) {
        if (address == null) {
            return "";
        }
        String name = address.getName();
        return folded(name != null && !name.isEmpty() ? name : String.valueOf(address.getAddress()));
    }

    private static List<String> references(List<Line> lines) {
        List<String> references = ids(first(lines, "references"));
        if (!references.isEmpty()) {
            return references;
        }
        List<String> inReplyTo = ids(first(lines, "in-reply-to"));
        return inReplyTo.isEmpty() ? List.of() : List.of(inReplyTo.getFirst());
    }

    private static String firstId(String value) {
        List<String> ids = ids(value);
        return ids.isEmpty() ? "" : ids.getFirst();
    }

    /** Message ids in angle brackets, without quotes round the local part (RFC 5256: compared after unquoting). */
    private static List<String> ids(String value) {
        List<String> ids = new ArrayList<>();
        int open = value.indexOf('<');
        while (open >= 0 && ids.size() < MOST_REFERENCES) {
            int close = value.indexOf('>', open);
            if (close < 0) {
                break;
            }
            String id = value.substring(open + 1, close).strip();
            int at = id.lastIndexOf('@');
            if (at > 1 && id.charAt(0) == '"' && id.charAt(at - 1) == '"') {
                id = id.substring(1, at - 1).replaceAll("\\\\(.)", "$1") + id.substring(at);
            }
            if (!id.isEmpty()) {
                ids.add(id);
            }
            open = value.indexOf('<', close);
        }
        return ids;
    }

    /** Adds every field as one line. */
    static void addLines(List<Line> lines, FoldedText out) {
        for (Line line : lines) {
            out.add(line.name());
            out.add((byte) ':');
            out.add(line.value().indexOf('\n') < 0 ? line.value() : line.value().replace('\n', ' '));
            out.add((byte) '\n');
        }
    }

    /** A parameter of a Content-Type value, or empty; in lower case unless {@code exact}. */
    static String parameter(String value, String name, boolean exact) {
        int at = value.indexOf(';');
        while (at >= 0) {
            int equals = value.indexOf('=', at);
            if (equals < 0) {
                return "";
            }
            String key = value.substring(at + 1, equals).strip();
            int start = equals + 1;
            while (start < value.length() && Character.isWhitespace(value.charAt(start))) {
                start++;
            }
            int end;
            String found;
            if (start < value.length() && value.charAt(start) == '"') {
                end = start + 1;
                StringBuilder text = new StringBuilder();
                while (end < value.length() && value.charAt(end) != '"') {
                    if (value.charAt(end) == '\\' && end + 1 < value.length()) {
                        end++;
                    }
                    text.append(value.charAt(end++));
                }
                found = text.toString();
            } else {
                end = start;
                while (end < value.length() && value.charAt(end) != ';' && !Character.isWhitespace(value.charAt(end))) {
                    end++;
                }
                found = value.substring(start, end);
            }
            if (key.equalsIgnoreCase(name)) {
                return exact ? found : found.toLowerCase(Locale.ROOT);
            }
            at = value.indexOf(';', Math.min(end, value.length()));
        }
        return "";
    }
}
