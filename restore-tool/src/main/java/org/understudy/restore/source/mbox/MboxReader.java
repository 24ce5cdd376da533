package org.understudy.restore.source.mbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.storage.Content;

/** Gives the messages of one file. */
final class MboxReader {
    /** Octets of a message that is read once, and held until nobody has its item any more. */
    private static final int HELD = 1 << 20;

    private final Path file;
    private final String relative;
    private final SourceMailbox mailbox;
    private final Numbering out;
    private long number;
    private long lastUid;

    MboxReader(Path file, String relative, SourceMailbox mailbox, Numbering out) {
        this.file = file;
        this.relative = relative;
        this.mailbox = mailbox;
        this.out = out;
    }

    void read() throws IOException {
        Window window;
        try {
            window = Window.open(file);
        } catch (IOException e) {
            unreadable(relative, "cannot be opened: " + ReadFailure.words(e));
            return;
        }
        try (window) {
            if (window.size() == 0) {
                out.give(relative, ref -> new SourceItem.Ignored(ref, "an mbox file without any message"));
                return;
            }
            messages(window, first(window));
        }
    }

    /** UIDVALIDITY that the first message's header states, or 0. */
    static long uidValidity(Path file) {
        try (Window window = Window.open(file)) {
            Splitter splitter = new Splitter(window);
            long first = splitter.firstFromLine(0);
            if (first >= window.size()) {
                return 0;
            }
            return header(window, splitter.message(first)).uidValidity();
        } catch (IOException e) {
            return 0; // reading the messages tells the same fault with its place
        }
    }

    private long first(Window window) throws IOException {
        Splitter splitter = new Splitter(window);
        long first;
        try {
            first = splitter.firstFromLine(0);
        } catch (Window.BadSector e) {
            unreadable(relative + "@0", bad(e));
            return recovered(window, e);
        }
        if (first > 0 && !isBlank(window, first)) {
            unreadable(
                    first >= window.size() ? relative : relative + "@0",
                    first >= window.size()
                            ? "no line of %,d octets begins a message ('From ', a sender and a date): no mbox file, or all of it lost"
                                    .formatted(window.size())
                            : "octets 0 to %,d belong to no message: the file's head is lost, or something else was written there"
                                    .formatted(first));
        }
        return first;
    }

    private static boolean isBlank(Window window, long end) throws IOException {
        for (long i = 0; i < end; i++) {
            int c = window.at(i);
            if (c != '\n' && c != '\r' && c != ' ' && c != '\t') {
                return false;
            }
        }
        return true;
    }

    private void messages(Window window, long first) throws IOException {
        Splitter splitter = new Splitter(window);
        long at = first;
        while (at < window.size()) {
            String path = relative + "#" + number + "@" + at;
            number++;
            window.mark(at);
            try {
                Extent extent = splitter.message(at);
                give(window, splitter, path, extent);
                at = extent.next();
            } catch (Window.BadSector e) {
                unreadable(path, bad(e));
                at = recovered(window, e);
            }
        }
    }

    /** The first From_ line after a bad sector, and after those that follow it. */
    private static long recovered(Window window, Window.BadSector first) throws IOException {
        long at = sectorAfter(first);
        while (true) {
            try {
                return new Splitter(window).nextFromLine(at);
            } catch (Window.BadSector next) {
                at = Math.max(at + Window.SECTOR, sectorAfter(next));
            }
        }
    }

    private static long sectorAfter(Window.BadSector bad) {
        return (bad.offset() / Window.SECTOR + 1) * Window.SECTOR;
    }

    private static String bad(Window.BadSector e) {
        return "octet %,d of the file cannot be read: %s; what lies from there to the next message is lost"
                .formatted(e.offset(), ReadFailure.words(e));
    }

    private void give(Window window, Splitter splitter, String path, Extent extent) throws IOException {
        MboxHeader header = header(window, extent);
        byte[] fromLine = splitter.line(extent.fromLine());
        ExportedMessage exported = extent.exported();
        Instant delivered = exported == null
                ? FromLine.read(fromLine, 0, fromLine.length).orElseThrow().delivered()
                : exported.date();
        long uid = header.uid() > lastUid ? header.uid() : 0;
        lastUid = Math.max(lastUid, uid);
        Content content = extent.end() - extent.header() <= HELD
                ? MboxContent.held(
                        window.bytes(extent.header(), (int) (extent.end() - extent.header())), extent, header)
                : new MboxContent(file, extent, header);
        out.give(path, ref -> {
            if (header.internal()) {
                return new SourceItem.Ignored(ref, "data that a mail program keeps in the folder, no mail");
            }
            if (header.deletedByProgram()) {
                return new SourceItem.Ignored(
                        ref, "deleted by the user in Thunderbird; the folder was not compacted since");
            }
            if (extent.end() <= extent.header() && exported == null) {
                return new SourceItem.Unreadable(ref, Optional.of(mailbox), "a From_ line with nothing after it");
            }
            return new SourceItem.Message(
                    ref,
                    mailbox,
                    uid,
                    delivered,
                    header.flags(),
                    content,
                    exported == null ? List.of() : List.of(exported.size()));
        });
    }

    private static MboxHeader header(Window window, Extent extent) throws IOException {
        ExportedMessage exported = extent.exported();
        if (exported != null) {
            return exported.state();
        }
        return MboxHeader.read(
                window.bytes(extent.header(), (int) Math.min(MboxHeader.LARGEST, extent.body() - extent.header())));
    }

    private void unreadable(String path, String why) throws IOException {
        out.give(path, ref -> new SourceItem.Unreadable(ref, Optional.of(mailbox), why));
    }
}
