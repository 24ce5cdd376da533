package org.understudy.restore.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.understudy.restore.export.OriginMessage.Fault;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.Pace;
import org.understudy.restore.source.exported.ExportedTree;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageFacts;

/** Reads messages of an origin, compares them with their rows, and gives them to a writer. Counts over all mailboxes. */
final class MessageCopy {
    private final Origin origin;
    private final ExportFormat format;
    private final Pace pace;
    private final Courtesy courtesy;
    private final Progress progress;
    private long done;
    private long bytes;

    MessageCopy(Origin origin, ExportFormat format, Pace pace, Courtesy courtesy, Progress progress) {
        this.origin = origin;
        this.format = format;
        this.pace = pace;
        this.courtesy = courtesy;
        this.progress = progress;
    }

    /** What became of a mailbox's messages; faults up to {@link ExportedTree#FAULTS_KEPT}. */
    record Outcome(ExportCounts counts, List<ExportedTree.Fault> faults) {}

    /** Counts messages that an earlier command exported. */
    void skip(long messages) {
        done += messages;
        progress.advance(done, bytes);
    }

    Outcome mailbox(OriginMailbox mailbox, MailboxWriter writer) throws IOException, InterruptedException {
        OneMailbox one = new OneMailbox(mailbox, writer);
        origin.messages(mailbox, one::take);
        return new Outcome(one.counts, one.faults);
    }

    private interface Reading {
        String run() throws IOException;
    }

    /** Reads that are no sign of users. */
    private String own(Reading reading) throws IOException {
        try {
            return courtesy.own(() -> {
                try {
                    return reading.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private final class OneMailbox {
        private final OriginMailbox mailbox;
        private final MailboxWriter writer;
        private final List<ExportedTree.Fault> faults = new ArrayList<>();
        private ExportCounts counts = ExportCounts.NONE;

        OneMailbox(OriginMailbox mailbox, MailboxWriter writer) {
            this.mailbox = mailbox;
            this.writer = writer;
        }

        void take(OriginMessage message) throws IOException, InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while exporting");
            }
            switch (message) {
                case OriginMessage.Found found -> write(found.facts(), found.flags());
                case OriginMessage.Doubtful doubtful -> {
                    if (write(doubtful.facts(), doubtful.flags())) {
                        fault(doubtful.uid(), doubtful.fault(), doubtful.why());
                    }
                }
                case OriginMessage.Lost lost -> fault(lost.uid(), Fault.UNREADABLE, lost.why());
                case OriginMessage.HeldBack held -> counts = counts.oneHeldBack();
            }
            done++;
            progress.advance(done, bytes);
        }

        private boolean write(MessageFacts facts, Flags flags) throws IOException, InterruptedException {
            pace.await(facts.size());
            String unsound = own(() -> {
                try {
                    writer.add(facts, flags, StoredBody.read(origin.store().bodies(), facts));
                    return "";
                } catch (StoredBody.UnsoundException e) {
                    return String.valueOf(e.getMessage());
                }
            });
            if (!unsound.isEmpty()) {
                if (origin.vanished(facts)) {
                    counts = counts.oneVanished();
                } else {
                    fault(facts.uid(), Fault.UNREADABLE, unsound);
                }
                return false;
            }
            counts = counts.oneExported(facts.size());
            bytes += facts.size();
            Set<String> unfit = format == ExportFormat.MAILDIR ? MaildirWriter.unfit(flags) : Set.of();
            if (!unfit.isEmpty()) {
                fault(facts.uid(), Fault.FLAGS_LOST, "a Maildir cannot hold the keywords " + String.join(", ", unfit));
            }
            return true;
        }

        private void fault(long uid, Fault kind, String why) {
            counts = counts.oneFault(kind);
            if (faults.size() < ExportedTree.FAULTS_KEPT) {
                faults.add(UserExport.fault(mailbox, uid, kind, why));
            }
            progress.note("user " + mailbox.user() + ", mailbox " + mailbox.name() + ", UID " + uid + ": " + kind.word()
                    + ": " + why);
        }
    }
}
