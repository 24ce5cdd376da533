package org.understudy.restore.replay;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
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

    /** Writes the notes of a run's messages. */
    void note(Run run) throws InterruptedException {
        SourceMailbox mailbox = run.mailbox();
        if (mailbox == null) {
            return;
        }
        durably(() -> file.append(
                mailbox,
                run.lastOrdinal(),
                run.byUid().stream().map(Examined.Mail::notes).toList()));
    }

    /** Makes all that was written durable; called before the runs are committed. */
    void force() throws InterruptedException {
        durably(file::force);
    }

    private interface Writing {
        void run() throws IOException;
    }

    private void durably(Writing writing) throws InterruptedException {
        try {
            writing.run();
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
