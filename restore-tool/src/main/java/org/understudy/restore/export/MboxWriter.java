package org.understudy.restore.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageFacts;

/** One mbox file: mboxrd with LF line ends, and the fields by which Dovecot, pine and Thunderbird keep state. */
final class MboxWriter implements MailboxWriter {
    private static final DateTimeFormatter CTIME = DateTimeFormatter.ofPattern(
                    "EEE MMM ppd HH:mm:ss uuuu", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final int BUFFER = 1 << 17;
    private static final int MOZILLA_READ = 0x0001;
    private static final int MOZILLA_REPLIED = 0x0002;
    private static final int MOZILLA_MARKED = 0x0004;
    private static final int MOZILLA_FORWARDED = 0x1000;

    private final OriginMailbox mailbox;
    private final FileChannel channel;
    private final OutputStream out;
    private boolean first = true;

    MboxWriter(Path file, OriginMailbox mailbox) throws IOException {
        this.mailbox = mailbox;
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    }

    @Override
    public void add(MessageFacts facts, Flags flags, StoredBody body) throws IOException {
        FromQuoting form;
        try (InputStream in = lines(body)) {
            form = FromQuoting.copy(in, OutputStream.nullOutputStream());
        }
        out.write(head(facts, flags, body, form).getBytes(StandardCharsets.US_ASCII));
        try (InputStream in = lines(body)) {
            FromQuoting written = FromQuoting.copy(in, out);
            if (!written.equals(form)) {
                throw new IOException("a body read differently the second time: the disk or memory is failing");
            }
        }
        if (!form.ended()) {
            out.write('\n');
        }
        out.write('\n');
        first = false;
    }

    private static InputStream lines(StoredBody body) throws IOException {
        return body.plain() ? new LfStream(body.open()) : body.open();
    }

    private String head(MessageFacts facts, Flags flags, StoredBody body, FromQuoting form) {
        List<String> names = new ArrayList<>();
        List<String> others = new ArrayList<>();
        flags.keywords().forEach(word -> (isAtom(word) ? names : others).add(word));
        StringBuilder head = new StringBuilder("From MAILER-DAEMON ")
                .append(CTIME.format(between(facts.internalDate())))
                .append('\n');
        if (first) {
            head.append("X-IMAPbase: %d %010d\n".formatted(mailbox.uidValidity(), mailbox.uidNext() - 1));
        }
        head.append("X-UID: ").append(facts.uid()).append('\n');
        head.append("Status: ").append(flags.has(Flags.SEEN) ? "RO" : "O").append('\n');
        String letters = (flags.has(Flags.ANSWERED) ? "A" : "")
                + (flags.has(Flags.FLAGGED) ? "F" : "")
                + (flags.has(Flags.DRAFT) ? "T" : "")
                + (flags.has(Flags.DELETED) ? "D" : "");
        if (!letters.isEmpty()) {
            head.append("X-Status: ").append(letters).append('\n');
        }
        if (!names.isEmpty()) {
            head.append("X-Keywords: ").append(String.join(" ", names)).append('\n');
        }
        head.append("X-Mozilla-Status: %04x\n".formatted(mozilla(flags)));
        head.append("X-Understudy: 1 octets=%d quoted=%d date=%d size=%d"
                .formatted(
                        form.octets(),
                        form.quoted(),
                        facts.internalDate().toEpochMilli(),
                        body.content().size()));
        if (!others.isEmpty()) {
            head.append(" keywords=")
                    .append(String.join(
                            ",",
                            others.stream()
                                    .map(word -> URLEncoder.encode(word, StandardCharsets.UTF_8))
                                    .toList()));
        }
        return head.append('\n').toString();
    }

    private static int mozilla(Flags flags) {
        return (flags.has(Flags.SEEN) ? MOZILLA_READ : 0)
                | (flags.has(Flags.ANSWERED) ? MOZILLA_REPLIED : 0)
                | (flags.has(Flags.FLAGGED) ? MOZILLA_MARKED : 0)
                | (flags.keywords().contains("$Forwarded") ? MOZILLA_FORWARDED : 0);
    }

    /** A From_ line has a year of four digits; the exact date stands in X-Understudy. */
    private static Instant between(Instant date) {
        return date.isBefore(EARLIEST) ? EARLIEST : date.isAfter(LATEST) ? LATEST : date;
    }

    /** Whether every program that reads the format takes the word for a keyword (RFC 9051 section 9, atom). */
    static boolean isAtom(String word) {
        return !word.isEmpty() && word.chars().allMatch(c -> c > 0x20 && c < 0x7f && "(){%*\"\\]".indexOf(c) < 0);
    }

    @Override
    public void finish() throws IOException {
        out.flush();
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
