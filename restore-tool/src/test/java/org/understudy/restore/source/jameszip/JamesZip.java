package org.understudy.restore.source.jameszip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.zip.UnrecognizedExtraField;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipShort;

/** Writes a backup as James's Zipper does: to a stream, so that sizes follow the entries. */
final class JamesZip implements AutoCloseable {
    private final ZipArchiveOutputStream zip;

    JamesZip(Path file) throws IOException {
        zip = new ZipArchiveOutputStream(Files.newOutputStream(file));
    }

    JamesZip mailbox(String name, String id, long uidValidity) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name + "/");
        number(entry, 'q', 0);
        text(entry, 'm', id);
        number(entry, 'n', uidValidity);
        zip.putArchiveEntry(entry);
        zip.closeArchiveEntry();
        return this;
    }

    JamesZip annotation(String mailbox, String key, String value) throws IOException {
        ZipArchiveEntry folder = new ZipArchiveEntry(mailbox + "/annotations/");
        number(folder, 'q', 1);
        zip.putArchiveEntry(folder);
        zip.closeArchiveEntry();
        ZipArchiveEntry entry = new ZipArchiveEntry(mailbox + "/annotations/" + key);
        number(entry, 'q', 2);
        zip.putArchiveEntry(entry);
        zip.write(value.getBytes(StandardCharsets.UTF_8));
        zip.closeArchiveEntry();
        return this;
    }

    JamesZip message(String id, String mailboxId, long uid, long arrived, String flags, String text)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        ZipArchiveEntry entry = new ZipArchiveEntry(id);
        number(entry, 'q', 3);
        number(entry, 'j', bytes.length);
        number(entry, 'k', uid);
        text(entry, 'l', id);
        text(entry, 'm', mailboxId);
        number(entry, 'o', arrived);
        text(entry, 'p', flags);
        zip.putArchiveEntry(entry);
        zip.write(bytes);
        zip.closeArchiveEntry();
        return this;
    }

    /** An entry that lies beside James's own, with any name. */
    JamesZip other(String name, String text) throws IOException {
        zip.putArchiveEntry(new ZipArchiveEntry(name));
        zip.write(text.getBytes(StandardCharsets.ISO_8859_1));
        zip.closeArchiveEntry();
        return this;
    }

    private static void number(ZipArchiveEntry entry, char id, long value) {
        field(
                entry,
                id,
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array());
    }

    private static void text(ZipArchiveEntry entry, char id, String value) {
        field(entry, id, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void field(ZipArchiveEntry entry, char id, byte[] data) {
        UnrecognizedExtraField field = new UnrecognizedExtraField();
        field.setHeaderId(new ZipShort('a' | id << 8));
        field.setLocalFileDataData(data);
        entry.addExtraField(field);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
