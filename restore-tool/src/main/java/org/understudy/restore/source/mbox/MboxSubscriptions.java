package org.understudy.restore.source.mbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.source.ReadFailure;

/** Which files are subscribed mailboxes, by the lists that Dovecot and UW IMAP keep: one path a line. */
final class MboxSubscriptions {
    private static final Logger LOG = LoggerFactory.getLogger(MboxSubscriptions.class);
    private static final List<String> LISTS = List.of(".subscriptions", "subscriptions", ".mailboxlist");
    private static final long LARGEST = 16L << 20;

    private final Set<Path> files = new HashSet<>();

    private MboxSubscriptions() {}

    static MboxSubscriptions read(List<Path> homes) {
        MboxSubscriptions all = new MboxSubscriptions();
        for (Path home : homes) {
            for (String name : LISTS) {
                Path list = home.resolve(name);
                if (Files.isRegularFile(list, LinkOption.NOFOLLOW_LINKS)) {
                    all.add(home, list);
                }
            }
        }
        return all;
    }

    boolean contains(Path file) {
        return files.contains(file);
    }

    private void add(Path home, Path list) {
        try {
            if (Files.size(list) > LARGEST) {
                throw new IOException("has more octets than any list of mailboxes");
            }
            for (String line :
                    Files.readString(list, StandardCharsets.ISO_8859_1).split("\\R")) {
                String name = new String(line.strip().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
                if (!name.isEmpty()) {
                    add(home, name);
                }
            }
        } catch (IOException e) {
            LOG.warn("subscriptions of {} could not be read: {}", list, ReadFailure.words(e));
        }
    }

    private void add(Path home, String name) {
        try {
            files.add(home.resolve(name).normalize());
            files.add(home.resolve("mail").resolve(name).normalize());
        } catch (InvalidPathException e) {
            LOG.warn("a subscription in {} names no path", home, e);
        }
    }
}
