package org.understudy.restore.source.pst;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The header of a message: the fields that came with it over the Internet, where Outlook kept them, without those that
 * describe the MIME of then; and what properties tell and no field does.
 */
final class MailHeader {
    static final int TRANSPORT_HEADERS = 0x007d;
    private static final int SUBJECT = 0x0037;
    static final int SUBMITTED = 0x0039;
    static final int DELIVERED = 0x0e06;
    private static final int IMPORTANCE = 0x0017;
    private static final int MESSAGE_ID = 0x1035;
    private static final int REFERENCES = 0x1039;
    private static final int IN_REPLY_TO = 0x1042;
    private static final int RECIPIENT_KIND = 0x0c15;
    private static final int NAME = 0x3001;
    private static final int ADDRESS_KIND = 0x3002;
    private static final int ADDRESS = 0x3003;
    private static final int SMTP = 0x39fe;
    private static final int[] SENDER = {0x0c1a, 0x0c1e, 0x0c1f, 0x5d01};
    private static final int[] FROM = {0x0042, 0x0064, 0x0065, 0x5d02};

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.ENGLISH);

    /** Fields that a message has once (RFC 5322 section 3.6). */
    private static final Set<String> ONCE = Set.of(
            "date",
            "from",
            "sender",
            "reply-to",
            "to",
            "cc",
            "bcc",
            "message-id",
            "in-reply-to",
            "references",
            "subject");

    private static final Map<Integer, String> RECIPIENTS = Map.of(1, "To", 2, "Cc", 3, "Bcc");

    private final PstFile file;
    private final Properties properties;
    private final Damages damages;
    private final StringBuilder text = new StringBuilder();
    private final Set<String> present = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    private MailHeader(PstFile file, Properties properties, Damages damages) {
        this.file = file;
        this.properties = properties;
        this.damages = damages;
    }

    /** Each field with its line end; without the fields that MIME has. */
    static byte[] of(PstFile file, Properties properties, Damages damages) throws IOException {
        MailHeader header = new MailHeader(file, properties, damages);
        header.transport();
        header.rest();
        return header.text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void transport() throws IOException {
        List<String> fields = new ArrayList<>();
        for (String line :
                MimeText.lines(properties.string(TRANSPORT_HEADERS).orElse("")).split("\r\n", -1)) {
            boolean goesOn = line.startsWith(" ") || line.startsWith("\t");
            if (line.isBlank()) {
                continue;
            }
            if (goesOn && !fields.isEmpty()) {
                fields.set(fields.size() - 1, fields.get(fields.size() - 1) + "\r\n" + clean(line));
            } else if (!goesOn && line.matches("[\\x21-\\x39\\x3b-\\x7e]+[ \\t]*:.*")) {
                fields.add(clean(line));
            }
        }
        for (String field : fields) {
            String name = field.substring(0, field.indexOf(':')).strip();
            String lower = name.toLowerCase(Locale.ROOT);
            boolean mime = lower.startsWith("content-") || lower.equals("mime-version");
            boolean again = ONCE.contains(lower) && present.contains(name);
            boolean noAddress = lower.equals("from") && field.indexOf('@') < 0;
            if (!mime && !again && !noAddress) {
                text.append(field).append("\r\n");
                present.add(name);
            }
        }
    }

    private static String clean(String line) {
        return line.replaceAll("[\\x00-\\x08\\x0b-\\x1f\\x7f]", " ").stripTrailing();
    }

    private void rest() throws IOException {
        Address from = person(FROM);
        Address sender = person(SENDER);
        if (from.isEmpty()) {
            from = sender;
        }
        if (!from.isEmpty()
                && add("From", from.text())
                && !sender.isEmpty()
                && !sender.text().equalsIgnoreCase(from.text())) {
            add("Sender", sender.text());
        }
        for (Map.Entry<String, List<String>> kind : recipients().entrySet()) {
            add(kind.getKey(), String.join(",\r\n\t", kind.getValue()));
        }
        Optional<String> subject = properties.string(SUBJECT).map(MailHeader::subject);
        if (subject.isPresent()) {
            add("Subject", MimeText.words(subject.get()));
        }
        Optional<Instant> date = sent();
        if (date.isPresent()) {
            add("Date", DATE.format(date.get().atOffset(ZoneOffset.UTC)));
        }
        addId("Message-ID", MESSAGE_ID);
        addId("In-Reply-To", IN_REPLY_TO);
        addId("References", REFERENCES);
        int importance = properties.integer(IMPORTANCE).orElse(1);
        if (importance != 1) {
            add("Importance", importance == 2 ? "high" : "low");
        }
        text.append("MIME-Version: 1.0\r\n");
    }

    private Optional<Instant> sent() throws IOException {
        Optional<Instant> submitted = properties.time(SUBMITTED);
        return submitted.isPresent() ? submitted : properties.time(DELIVERED);
    }

    private void addId(String field, int property) throws IOException {
        String ids = properties.string(property).orElse("").strip().replaceAll("\\s+", "\r\n\t");
        if (!ids.isEmpty() && MimeText.isAscii(ids)) {
            add(field, ids);
        }
    }

    /** False if the message came with that field. */
    private boolean add(String name, String value) {
        if (present.contains(name) || value.isEmpty()) {
            return false;
        }
        text.append(name).append(": ").append(value).append("\r\n");
        return true;
    }

    /** Outlook begins a subject with the length of its prefix (such as "RE: "), after a control character. */
    static String subject(String kept) {
        return kept.length() >= 2 && kept.charAt(0) == 1 ? kept.substring(2) : kept;
    }

    private Address person(int[] ids) throws IOException {
        return new Address(
                properties.string(ids[0]).orElse(""),
                properties.string(ids[1]).orElse(""),
                properties.string(ids[2]).orElse(""),
                properties.string(ids[3]).orElse(""));
    }

    private Map<String, List<String>> recipients() throws IOException {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        RECIPIENTS.values().stream()
                .sorted(java.util.Comparator.reverseOrder())
                .forEach(name -> fields.put(name, new ArrayList<>()));
        Optional<Node> table = properties.subnodes().find(Node.RECIPIENTS);
        if (table.isPresent()) {
            Charset charset = properties.codePage();
            try {
                for (TableReader.Row row :
                        TableReader.of(file, table.get(), damages).rows()) {
                    Address address = new Address(
                            row.string(NAME, charset).orElse(""),
                            row.string(ADDRESS_KIND, charset).orElse(""),
                            row.string(ADDRESS, charset).orElse(""),
                            row.string(SMTP, charset).orElse(""));
                    List<String> field = fields.get(
                            RECIPIENTS.getOrDefault(row.integer(RECIPIENT_KIND).orElse(1) & 0xf, ""));
                    if (field != null && !address.isEmpty()) {
                        field.add(address.text());
                    }
                }
            } catch (DamageException e) {
                damages.add("the list of recipients: " + e.getMessage());
            }
        }
        return fields;
    }
}
