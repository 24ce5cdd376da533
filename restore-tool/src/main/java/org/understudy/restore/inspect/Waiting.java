package org.understudy.restore.inspect;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.crowd.Clues;
import org.understudy.restore.crowd.Crowd;
import org.understudy.restore.crowd.LocalUsers;
import org.understudy.restore.crowd.MessageNotes;
import org.understudy.restore.crowd.NotesFile;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Results that wait for the comparison of all messages, with the notes that it needs, in a folder of its own below {@code
 * TMPDIR}, or the system's folder for temporary files. Takes about 4 octets of disk for each 100 of the source, and 3 more
 * while comparing.
 */
final class Waiting implements Closeable {
    private static final int FRAME_MESSAGES = 1000;
    private static final int FRAME_SECTORS = 1 << 16;

    private final Path folder;
    private final NotesFile notes;
    private final DataOutputStream results;
    private final List<MessageNotes> frame = new ArrayList<>();
    private SourceMailbox frameMailbox = new SourceMailbox("", "");
    private long frameSectors;
    private long items;

    private Waiting(Path folder) throws IOException {
        this.folder = folder;
        this.notes = NotesFile.create(folder.resolve("notes"));
        this.results = new DataOutputStream(new BufferedOutputStream(
                new FileOutputStream(folder.resolve("results").toFile()), 1 << 16));
    }

    static Waiting open() throws IOException {
        String wanted = System.getenv("TMPDIR");
        Path place = Path.of(
                wanted == null || wanted.isEmpty() ? System.getProperty("java.io.tmpdir") : wanted);
        try {
            return new Waiting(Files.createTempDirectory(place, "understudy-inspect-"));
        } catch (IOException e) {
            throw failure(place, e);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Says where it is that nothing can be written; interruption stays what it is. */
    private void write(Step step) throws IOException {
        try {
            step.run();
        } catch (ClosedByInterruptException | InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw failure(folder, e);
        }
    }

    private static OperatorException failure(Path place, IOException e) {
        return new OperatorException(
                Reason.IO,
                "the temporary files of the inspection in " + place + " cannot be written or read: " + e.getMessage(),
                "They take up to 7 % of the backup's size; make room, or name a directory with room in the environment"
                        + " variable TMPDIR.",
                e);
    }

    void add(Inspected item, @Nullable MessageNotes one) throws IOException {
        write(() -> {
            ResultCodec.write(item, results);
            if (one != null && item instanceof Inspected.Message message) {
                note(message.mailbox(), one);
            }
        });
        items++;
    }

    private void note(SourceMailbox mailbox, MessageNotes one) throws IOException {
        if (!mailbox.equals(frameMailbox) || frame.size() >= FRAME_MESSAGES || frameSectors >= FRAME_SECTORS) {
            closeFrame();
            frameMailbox = mailbox;
        }
        frame.add(one);
        frameSectors += one.sectors().length;
    }

    private void closeFrame() throws IOException {
        if (!frame.isEmpty()) {
            notes.append(frameMailbox, frame.getLast().ordinal(), frame);
            frame.clear();
            frameSectors = 0;
        }
    }

    long items() {
        return items;
    }

    /** Compares all messages; none may be added afterwards. */
    Clues compare(LocalUsers users) throws IOException {
        Clues[] clues = new Clues[1];
        write(() -> {
            closeFrame();
            clues[0] = Crowd.conclude(folder.resolve("notes"), users, folder.resolve("crowd"));
        });
        if (!clues[0].whole()) {
            try (Clues closed = clues[0]) {
                throw failure(folder, new IOException("the notes read back differ from those written"));
            }
        }
        return clues[0];
    }

    /** Gives the results as they were added, from the first on; none may be added afterwards. */
    void give(Inspection.Sink sink) throws IOException {
        write(results::flush);
        try (ResultCodec.Reader reader = ResultCodec.read(folder.resolve("results"))) {
            for (long left = items; left > 0; left--) {
                Inspected[] next = new Inspected[1];
                write(() -> next[0] = reader.next());
                sink.accept(next[0]);
            }
        }
    }

    @Override
    public void close() throws IOException {
        boolean interrupted = Thread.interrupted();
        try (results;
                notes) {
            Crowd.clear(folder.resolve("crowd"));
        } finally {
            Files.deleteIfExists(folder.resolve("notes"));
            Files.deleteIfExists(folder.resolve("results"));
            Files.deleteIfExists(folder);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
