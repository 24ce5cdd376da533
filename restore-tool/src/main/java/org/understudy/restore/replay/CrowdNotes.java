package org.understudy.restore.replay;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.List;
import org.understudy.restore.crowd.NotesFile;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.source.SourceMailbox;

/** The notes of replayed messages, on their way into the file beside the shadow's store. */
final class CrowdNotes implements AutoCloseable {
    private final Path path;
    private final NotesFile file;

    private CrowdNotes(Path path, NotesFile file) {
        this.path = path;
        this.file = file;
    }

    /** @param nextOrdinal of the item that replay goes on with */
    static CrowdNotes open(Path path, long nextOrdinal) {
        try {
            return new CrowdNotes(path, NotesFile.resume(path, nextOrdinal));
        } catch (IOException e) {
            throw OnDisk.failure("cannot open " + path, e);
        }
    }

    /** Makes the notes of all messages of these runs durable; called before the runs are committed. */
    void keep(List<Run> batch) throws InterruptedException {
        try {
            for (Run run : batch) {
                SourceMailbox mailbox = run.mailbox();
                if (mailbox != null) {
                    file.append(
                            mailbox,
                            run.lastOrdinal(),
                            run.byUid().stream().map(Examined.Mail::notes).toList());
                }
            }
            file.force();
        } catch (ClosedByInterruptException e) {
            throw (InterruptedException) new InterruptedException("interrupted while writing " + path).initCause(e);
        } catch (IOException e) {
            throw OnDisk.failure("cannot write " + path, e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw OnDisk.failure("cannot close " + path, e);
        }
    }
}
