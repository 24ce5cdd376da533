package org.understudy.restore.source.jameszip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipExtraField;
import org.apache.commons.compress.archivers.zip.ZipShort;
import org.understudy.storage.keyspace.Flags;

/** The extra fields of an entry. One that is not there or has another length is empty. */
record Fields(ZipArchiveEntry entry) {
    static final long MAILBOX = 0;
    static final long ANNOTATIONS = 1;
    static final long ANNOTATION = 2;
    static final long MESSAGE = 3;

    Optional<Long> kind() {
        return number('q');
    }

    Optional<Long> size() {
        return number('j').filter(size -> size >= 0);
    }

    long uid() {
        return number('k').filter(uid -> uid > 0 && uid <= 0xffff_ffffL).orElse(0L);
    }

    String mailboxId() {
        return text('m');
    }

    long uidValidity() {
        return number('n').filter(value -> value > 0 && value <= 0xffff_ffffL).orElse(0L);
    }

    Optional<Instant> arrived() {
        return number('o').map(Instant::ofEpochMilli);
    }

    Flags flags() {
        int system = 0;
        Set<String> keywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String flag : text('p').split("%")) {
            switch (flag.toUpperCase(Locale.ROOT)) {
                case "\\ANSWERED" -> system |= Flags.ANSWERED;
                case "\\DELETED" -> system |= Flags.DELETED;
                case "\\DRAFT" -> system |= Flags.DRAFT;
                case "\\FLAGGED" -> system |= Flags.FLAGGED;
                case "\\SEEN" -> system |= Flags.SEEN;
                case "\\RECENT", "" -> {}
                default -> {
                    if (!flag.startsWith("\\")) {
                        keywords.add(flag);
                    }
                }
            }
        }
        return Flags.of(system, keywords);
    }

    private Optional<Long> number(char id) {
        byte[] data = data(id);
        return data.length == Long.BYTES
                ? Optional.of(
                        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getLong())
                : Optional.empty();
    }

    private String text(char id) {
        return new String(data(id), StandardCharsets.UTF_8);
    }

    private byte[] data(char id) {
        ZipExtraField field = entry.getExtraField(new ZipShort('a' | id << 8));
        return field == null ? new byte[0] : field.getLocalFileDataData();
    }
}
