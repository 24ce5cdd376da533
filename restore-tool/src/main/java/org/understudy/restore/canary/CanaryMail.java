package org.understudy.restore.canary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.storage.Content;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Flags;

/** Makes canary messages: a few words for whoever opens one, and 1 to 40 KB that nobody could make up again. */
final class CanaryMail {
    private static final int LEAST = 700;
    private static final int MOST = 30_000;

    private CanaryMail() {}

    static NewMessage message(String user, Instant date, RandomGenerator random) {
        byte[] id = new byte[12];
        random.nextBytes(id);
        byte[] noise = new byte[LEAST + (int) ((MOST - LEAST) * Math.pow(random.nextDouble(), 3))];
        random.nextBytes(noise);
        String text = "From: Understudy <canary@understudy.invalid>\r\nTo: " + user + "\r\nDate: "
                + DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC)) + "\r\nMessage-ID: <"
                + HexFormat.of().formatHex(id)
                + "@canary.understudy.invalid>\r\nSubject: Canary: please leave this message where it is\r\n"
                + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
                + "Understudy knows every byte of this message. If it is lost or changed, the mail server knows that\r\n"
                + "something is wrong with its store before you miss mail of your own.\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(noise) + "\r\n";
        try {
            MessageReading reading = MessageReader.read(Content.of(text.getBytes(StandardCharsets.US_ASCII)));
            return new NewMessage(
                    0,
                    null,
                    null,
                    new NewMessage.Body.Bytes(reading.canonical(), reading.rawDigest()),
                    reading.canonical().size(),
                    reading.headerSize(),
                    reading.digest(),
                    reading.mime(),
                    date,
                    null,
                    Flags.of(Flags.SEEN, java.util.Set.of()));
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be read", e);
        }
    }
}
