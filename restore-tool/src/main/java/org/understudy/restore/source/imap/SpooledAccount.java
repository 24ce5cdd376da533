package org.understudy.restore.source.imap;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Witness;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Flags;

/**
 * One run of fetching an IMAP account, mailbox by mailbox: what the server had at its end, without reading messages that
 * nobody asks for. {@link SpoolSource} gives the same as a source of a restore.
 */
public final class SpooledAccount {
    /**
     * One mailbox that the server listed in that run.
     *
     * @param oldName as the server wrote it, octets as ISO 8859-1
     * @param name in Unicode with {@code .} between levels
     * @param failure why it was not opened, or empty
     * @param unlisted messages that the server counts and does not list
     */
    public record Mailbox(
            String oldName,
            String name,
            long uidValidity,
            boolean subscribed,
            String failure,
            long unlisted,
            List<Message> messages) {}

    /**
     * A message that the server had.
     *
     * @param date of arrival, or null where it cannot be read
     * @param sha256 of its octets, or empty where the server gave none
     * @param refused the server's words if it gave none, else empty
     */
    public record Message(long uid, Flags flags, @Nullable Instant date, long size, String sha256, String refused) {}

    private final SpoolRun run;
    private final Path folder;
    private final Map<SpoolBox, String> names;
    private final String user;

    private SpooledAccount(SpoolRun run, SpoolState state, String user) {
        this.run = run;
        this.folder = java.util.Objects.requireNonNull(run.file().getParent());
        this.user = user;
        List<SpoolBox> listed = state.boxes().stream()
                .filter(box -> box.listed)
                .sorted(Comparator.comparing(box -> box.name))
                .toList();
        this.names = MailboxNaming.names(listed);
    }

    /**
     * Opens a run's file, which {@link AccountFetch#run} gave.
     *
     * @param user whose mail it is here
     */
    public static SpooledAccount open(Path runFile, String user) throws IOException {
        SpoolRun run = SpoolRun.read(runFile);
        if (run == null) {
            throw damaged(runFile);
        }
        Path journal = runFile.resolveSibling(Spool.JOURNAL);
        SpoolJournal.Read read = SpoolJournal.read(journal, run.journalOctets());
        if (read.sound() < run.journalOctets()) {
            throw damaged(journal);
        }
        return new SpooledAccount(run, read.state(), user);
    }

    private static OperatorException damaged(Path file) {
        return new OperatorException(
                Reason.SOURCE,
                file + " is damaged",
                "Move its folder away and run the command again; the account is then fetched anew.");
    }

    /** When the run ended. */
    public Instant at() {
        return run.at();
    }

    /** By name. */
    public List<Mailbox> mailboxes() {
        List<Mailbox> all = new ArrayList<>();
        names.forEach((box, name) -> {
            if (!box.isNoMailbox()) {
                all.add(mailbox(box, name));
            }
        });
        all.sort(Comparator.comparing(Mailbox::name));
        return all;
    }

    private static Mailbox mailbox(SpoolBox box, String name) {
        List<Message> messages = new ArrayList<>();
        box.current.entries().forEach((uid, entry) -> {
            if (!entry.gone()) {
                SpoolEntry.Body body = entry.body();
                messages.add(new Message(
                        uid,
                        SpoolSource.flags(entry.flags()),
                        SpoolSource.date(entry.date()),
                        body == null ? 0 : body.length(),
                        body == null ? "" : body.sha256(),
                        body == null ? entry.refused() : ""));
            }
        });
        return new Mailbox(
                box.name, name, box.current.uidValidity(), box.subscribed, box.failure, box.unlisted, messages);
    }

    /**
     * A message with its octets, which are compared with their checksum.
     *
     * @throws IOException if its copy in the spool is damaged
     */
    public SourceItem.Message item(Mailbox mailbox, Message message) throws IOException {
        for (SpoolBox box : names.keySet()) {
            SpoolEntry entry =
                    box.name.equals(mailbox.oldName()) ? box.current.entries().get(message.uid()) : null;
            if (entry != null && entry.body() != null) {
                Instant date = message.date();
                return new SourceItem.Message(
                        new ItemRef(message.uid(), mailbox.name() + "/" + message.uid()),
                        new SourceMailbox(user, mailbox.name()),
                        message.uid(),
                        date == null ? run.at() : date,
                        message.flags(),
                        SpoolSource.content(folder, entry.body()),
                        entry.size() < 0 ? List.of() : List.of(new Witness.Rfc822Size(entry.size(), run.address())));
            }
        }
        throw new IllegalStateException(mailbox.name() + "/" + message.uid() + " has no octets in " + folder);
    }
}
