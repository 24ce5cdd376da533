package org.understudy.restore.source.eml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.message.MailDate;

/** When a message arrived, by its header. */
public final class Arrival {
    private static final int HEAD = 1 << 16;

    private Arrival() {}

    /** The date of the last hop, else of the message, else {@code otherwise}. */
    public static Instant of(Path file, Instant otherwise) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            head = in.readNBytes(HEAD);
        }
        HeaderBlock header = header(head);
        String received = header.value("Received");
        int semicolon = received.lastIndexOf(';');
        Instant hop = semicolon < 0 ? null : date(received.substring(semicolon + 1));
        if (hop != null) {
            return hop;
        }
        Instant date = date(header.value("Date"));
        return date == null ? otherwise : date;
    }

    private static @Nullable Instant date(String text) {
        Instant date = text.isEmpty() ? null : MailDate.read(text);
        return date == null || date.isBefore(Instant.EPOCH) ? null : date;
    }

    private static HeaderBlock header(byte[] head) {
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
        return collector.finish(true);
    }
}
