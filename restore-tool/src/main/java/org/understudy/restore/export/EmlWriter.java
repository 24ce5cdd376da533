package org.understudy.restore.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.understudy.restore.json.FlagNames;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.source.exported.ExportedIndex;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * One mailbox as a folder of an archive: the messages as they are stored, named by UID, date and subject, and the list of
 * them last. The list is kept in a file meanwhile.
 */
final class EmlWriter implements MailboxWriter {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int SUBJECT = 60;
    private static final int HEAD = 1 << 16;

    private final ZipOutputStream zip;
    private final String folder;
    private final Path list;
    private final OutputStream lines;
    private final MessageDigest digest = Digest.sha256();
    private long messages;

    /** @param folder path within the archive, ending with {@code /} */
    EmlWriter(ZipOutputStream zip, String folder, OriginMailbox mailbox, Path list) throws IOException {
        this.zip = zip;
        this.folder = folder;
        this.list = list;
        this.lines = new DigestOutputStream(
                new java.io.BufferedOutputStream(Files.newOutputStream(list, StandardOpenOption.CREATE_NEW)), digest);
        line(new ExportedIndex.Heading(
                ExportedIndex.FORMAT,
                ExportedIndex.VERSION,
                mailbox.user(),
                mailbox.name(),
                mailbox.uidValidity(),
                mailbox.uidNext(),
                mailbox.subscribed()));
    }

    private void line(Object value) throws IOException {
        lines.write(ExportedIndex.line(value).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void add(MessageFacts facts, Flags flags, StoredBody body) throws IOException {
        String name = name(facts, body);
        zip.setLevel(body.packable() ? Deflater.NO_COMPRESSION : Deflater.DEFAULT_COMPRESSION);
        put(zip, folder + name, facts.internalDate());
        body.copyTo(zip);
        zip.closeEntry();
        line(new ExportedIndex.Entry(
                name,
                facts.uid(),
                facts.internalDate(),
                FlagNames.of(flags.without(Flags.RECENT)),
                body.content().size(),
                body.sha256().toString()));
        messages++;
    }

    /** Begins an entry with the time of a message; what the format cannot hold is left out. */
    static void put(ZipOutputStream zip, String name, Instant time) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        long seconds = time.getEpochSecond();
        if (seconds >= 0 && seconds <= Integer.MAX_VALUE) {
            entry.setLastModifiedTime(FileTime.from(time));
        }
        zip.putNextEntry(entry);
    }

    private String name(MessageFacts facts, StoredBody body) throws IOException {
        String subject = subject(body);
        return "%06d %s%s.eml"
                .formatted(
                        facts.uid(),
                        DAY.format(facts.internalDate()).replaceFirst("^[+-]", ""),
                        subject.isEmpty() ? "" : " " + subject);
    }

    /** The begin of the subject in characters that file names may have; empty if there is none. */
    private static String subject(StoredBody body) throws IOException {
        byte[] head;
        try (InputStream in = body.content().open()) {
            head = in.readNBytes(HEAD);
        }
        HeaderBlock.Collector collector = new HeaderBlock.Collector(HEAD);
        int at = 0;
        while (at < head.length) {
            int end = at;
            while (end < head.length && head[end] != '\n') {
                end++;
            }
            int next = Math.min(head.length, end + 1);
            int text = end > at && head[end - 1] == '\r' ? end - 1 : end;
            if (text == at) {
                break;
            }
            collector.add(head, at, text, next - text);
            at = next;
        }
        String raw = collector.finish(true).value("Subject");
        String decoded = DecoderUtil.decodeEncodedWords(raw, DecodeMonitor.SILENT)
                .replaceAll("\\s+", " ")
                .strip();
        if (decoded.isEmpty()) {
            return "";
        }
        int end = decoded.offsetByCodePoints(0, Math.min(SUBJECT, decoded.codePointCount(0, decoded.length())));
        String safe = TreeNames.safe(decoded.substring(0, end));
        return safe.equals("_") ? "" : safe;
    }

    @Override
    public void finish() throws IOException {
        lines.flush();
        String sha256 = Digest.of(digest.digest()).toString();
        line(new ExportedIndex.End(messages, sha256));
        lines.close();
        zip.setLevel(Deflater.DEFAULT_COMPRESSION);
        zip.putNextEntry(new ZipEntry(folder + ExportedIndex.FILE));
        Files.copy(list, zip);
        zip.closeEntry();
        Files.delete(list);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
