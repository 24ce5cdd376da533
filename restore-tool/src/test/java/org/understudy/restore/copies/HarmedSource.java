package org.understudy.restore.copies;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.storage.Content;

/** A source of which some messages are harmed, the same ones in the same way at each reading. */
final class HarmedSource implements BackupSource {
    /** Harm done, by path. */
    final Map<String, Harm> harmed = new TreeMap<>();

    private final BackupSource sound;
    private final long seed;
    private final int oneOf;

    /** @param oneOf one of so many messages is harmed */
    HarmedSource(BackupSource sound, long seed, int oneOf) {
        this.sound = sound;
        this.seed = seed;
        this.oneOf = oneOf;
    }

    @Override
    public Description describe() {
        return new Description("maildir", sound.describe().location() + " (harmed)", "");
    }

    @Override
    public List<MailboxInfo> mailboxes() throws IOException {
        return sound.mailboxes();
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        byte[][] other = {"From: x@example.org\nDate: Tue, 3 Feb 2026 04:05:06 +0000\n\nAnother one\n".getBytes()};
        sound.read(fromOrdinal, item -> {
            Random random = new Random(seed * 31 + item.ref().ordinal());
            if (!(item instanceof SourceItem.Message message) || random.nextInt(oneOf) != 0) {
                sink.accept(item);
                return;
            }
            byte[] mail;
            try (InputStream in = message.content().open()) {
                mail = in.readAllBytes();
            }
            Harm harm = Harm.values()[random.nextInt(Harm.values().length)];
            byte[] changed = harm.to(mail, other[0], random);
            if (!MessageDigest.isEqual(canonical(mail), canonical(changed))) {
                harmed.put(message.ref().path(), harm);
            }
            other[0] = mail;
            sink.accept(new SourceItem.Message(
                    message.ref(),
                    message.mailbox(),
                    message.uid(),
                    message.internalDate(),
                    message.flags(),
                    Content.of(changed),
                    message.witnesses()));
        });
    }

    /** With CRLF line ends: what is equal in that form is no harm. */
    static byte[] canonical(byte[] mail) {
        byte[] out = new byte[mail.length * 2];
        int length = 0;
        for (int i = 0; i < mail.length; i++) {
            if (mail[i] == '\n' && (i == 0 || mail[i - 1] != '\r')) {
                out[length++] = '\r';
            }
            out[length++] = mail[i];
        }
        return Arrays.copyOf(out, length);
    }

    @Override
    public void close() throws IOException {
        sound.close();
    }
}
