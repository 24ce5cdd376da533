package org.understudy.restore.source.dbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.understudy.restore.source.dovecot.IndexLog;

/** Writes dbox files and their indexes for tests, after dbox-file.h and mdbox-map.h of Dovecot 2.3. */
final class DboxBuilder {
    static final int HEADER = 30;
    static final int FIRST = 16;

    private DboxBuilder() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A message of LF lines. */
    static String text(int n) {
        return """
                Date: Mon, 5 Jan 2026 08:00:0%d +0000
                From: Ana Dal <ana@example.org>
                To: Ben Oke <ben@example.org>
                Message-ID: <note-%d@example.org>
                Subject: Note %d

                This is note number %d.
                """.formatted(n % 10, n, n, n);
    }

    static String guid(int n) {
        return "%032x".formatted(0xabc0_0000L + n);
    }

    /** Metadata as Dovecot writes it: received, virtual size, GUID and mailbox. */
    static String metadata(int n, String mailbox) {
        String text = text(n);
        long virtual = text.length() + text.chars().filter(c -> c == '\n').count();
        return "R%x\nV%x\nG%s\n%s"
                .formatted(received(n), virtual, guid(n), mailbox.isEmpty() ? "" : "B" + mailbox + "\n");
    }

    static long received(int n) {
        return 1_767_600_000L + n;
    }

    static byte[] fileHeader() {
        return bytes("2 M1e C69600000\n");
    }

    static byte[] message(byte[] body, String metadata) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes("\1\2N          %016x\n".formatted(body.length)));
        out.writeBytes(body);
        out.writeBytes(bytes("\n\1\3\n" + metadata + "\n"));
        return out.toByteArray();
    }

    static byte[] message(int n, String mailbox) {
        return message(bytes(text(n)), metadata(n, mailbox));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static void write(Path file, byte[]... parts) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, join(parts));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A mailbox's folder of mails below a user's. */
    static Path mails(Path home, String mailbox) {
        return home.resolve("mailboxes").resolve(mailbox).resolve("dbox-Mails");
    }

    /** An sdbox message in its file. */
    static void single(Path home, String mailbox, int uid, int n) {
        write(mails(home, mailbox).resolve("u." + uid), fileHeader(), message(n, ""));
    }

    static void index(Path home, String mailbox, IndexLog log) {
        write(mails(home, mailbox).resolve("dovecot.index.log"), log.bytes());
    }

    static void map(Path home, IndexLog log) {
        write(home.resolve("storage/dovecot.map.index.log"), log.bytes());
    }

    /** Begins a mailbox's log: which message of the map each UID is. */
    static IndexLog mdbox(int uidValidity, int... mapUidsAndNumbers) {
        IndexLog log = new IndexLog(7, 1).uidValidity(uidValidity);
        int count = mapUidsAndNumbers.length / 2;
        for (int i = 0; i < count; i++) {
            log.append(i + 1);
        }
        log.extension("mdbox", 8, 0);
        for (int i = 0; i < count; i++) {
            log.data(i + 1, IndexLog.ints(mapUidsAndNumbers[2 * i], 1_767_600_000));
        }
        log.extension("guid", 16, 0);
        for (int i = 0; i < count; i++) {
            log.data(i + 1, HexFormat.of().parseHex(guid(mapUidsAndNumbers[2 * i + 1])));
        }
        return log;
    }

    /** One row of the map. */
    record Row(int file, int offset, int size, int references) {}

    static IndexLog rows(Row... rows) {
        IndexLog log = new IndexLog(9, 1).uidValidity(1_700_000_000);
        for (int i = 0; i < rows.length; i++) {
            log.append(i + 1);
        }
        log.extension("map", 12, 8);
        for (int i = 0; i < rows.length; i++) {
            log.data(i + 1, IndexLog.ints(rows[i].file(), rows[i].offset(), rows[i].size()));
        }
        log.extension("ref", 2, 0);
        for (int i = 0; i < rows.length; i++) {
            log.increase(i + 1, rows[i].references());
        }
        return log;
    }
}
