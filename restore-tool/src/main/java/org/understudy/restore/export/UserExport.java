package org.understudy.restore.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipOutputStream;
import org.understudy.restore.export.OriginMessage.Fault;
import org.understudy.restore.source.exported.ExportedTree;

/** Exports the mailboxes of one user. */
final class UserExport {
    private static final String CHILDREN = ".sbd";
    private static final int BUFFER = 1 << 17;

    private final ExportRun run;
    private final MessageCopy copy;
    private final ExportFormat format;
    private final String user;
    private final String place;
    private final List<OriginMailbox> mailboxes;

    /** @param mailboxes to be exported, by name */
    UserExport(
            ExportRun run,
            MessageCopy copy,
            ExportFormat format,
            String user,
            String place,
            List<OriginMailbox> mailboxes) {
        this.run = run;
        this.copy = copy;
        this.format = format;
        this.user = user;
        this.place = place;
        this.mailboxes = mailboxes;
    }

    /** @return the pieces of this user, those of an earlier command too */
    List<ExportPiece> export(String origin, Instant created, String tool) throws IOException, InterruptedException {
        switch (format) {
            case MAILDIR, MBOX -> tree();
            case EML -> archive(origin, created, tool);
        }
        List<ExportPiece> pieces = run.done(user);
        if (format != ExportFormat.EML) {
            Path tree = run.tree(place);
            if (format == ExportFormat.MAILDIR) {
                subscriptions(tree);
            }
            account(pieces, origin, created, tool).write(tree);
        }
        return pieces;
    }

    private ExportedTree account(List<ExportPiece> pieces, String origin, Instant created, String tool) {
        List<ExportedTree.Mailbox> all = new ArrayList<>();
        List<ExportedTree.Fault> faults = new ArrayList<>();
        ExportCounts counts = ExportCounts.NONE;
        for (ExportPiece piece : pieces) {
            all.addAll(piece.mailboxes());
            faults.addAll(piece.faults());
            counts = counts.plus(piece.counts());
        }
        return new ExportedTree(
                tool,
                format.word(),
                user,
                created,
                origin,
                counts.exported(),
                counts.bytes(),
                all,
                faults.stream().limit(ExportedTree.FAULTS_KEPT).toList());
    }

    private void tree() throws IOException, InterruptedException {
        run.tree(place);
        TreeNames names = new TreeNames();
        Map<String, ExportPiece> done = new HashMap<>();
        for (ExportPiece piece : run.done(user)) {
            done.put(piece.unit(), piece);
            piece.mailboxes().forEach(mailbox -> names.free(mailbox.path()));
        }
        names.free(ExportedTree.FILE);
        for (OriginMailbox mailbox : mailboxes) {
            ExportPiece before = done.get(mailbox.name());
            if (before == null) {
                one(mailbox, path(mailbox, names));
            } else {
                copy.skip(before.counts().found());
            }
        }
    }

    private String path(OriginMailbox mailbox, TreeNames names) {
        if (format == ExportFormat.MBOX) {
            return names.path(TreeNames.levels(mailbox.name()), CHILDREN);
        }
        return mailbox.name().equals("INBOX")
                ? names.free("")
                : names.free(MaildirWriter.directory(TreeNames.levels(mailbox.name())));
    }

    /** Writes one mailbox aside and moves it to its place. */
    private void one(OriginMailbox mailbox, String path) throws IOException, InterruptedException {
        int slash = path.lastIndexOf('/');
        String parent = format == ExportFormat.MBOX ? path.substring(0, Math.max(0, slash)) : path;
        Path staging = run.staging();
        MessageCopy.Outcome outcome;
        try (MailboxWriter writer = format == ExportFormat.MBOX
                ? new MboxWriter(staging.resolve(path.substring(slash + 1)), mailbox)
                : new MaildirWriter(staging, mailbox, path.isEmpty())) {
            outcome = copy.mailbox(mailbox, writer);
            writer.finish();
        }
        run.place(new ExportPiece(
                run.next(),
                user,
                mailbox.name(),
                parent.isEmpty() ? place : place + "/" + parent,
                List.of(mailbox(mailbox, path, outcome.counts())),
                outcome.counts(),
                outcome.faults()));
    }

    private static ExportedTree.Mailbox mailbox(OriginMailbox mailbox, String path, ExportCounts counts) {
        return new ExportedTree.Mailbox(
                mailbox.name(),
                path,
                mailbox.uidValidity(),
                mailbox.uidNext(),
                mailbox.subscribed(),
                counts.exported(),
                counts.bytes(),
                counts.unreadable());
    }

    private void archive(String origin, Instant created, String tool) throws IOException, InterruptedException {
        List<ExportPiece> before = run.done(user);
        if (!before.isEmpty()) {
            copy.skip(before.getFirst().counts().found());
            return;
        }
        Path staging = run.staging();
        TreeNames names = new TreeNames();
        names.free(ExportedTree.FILE);
        List<ExportedTree.Mailbox> all = new ArrayList<>();
        List<ExportedTree.Fault> faults = new ArrayList<>();
        ExportCounts counts = ExportCounts.NONE;
        try (FileChannel channel =
                FileChannel.open(staging.resolve(place), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ZipOutputStream zip = new ZipOutputStream(
                    new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER), StandardCharsets.UTF_8);
            for (OriginMailbox mailbox : mailboxes) {
                String path = names.path(TreeNames.levels(mailbox.name()), "");
                MessageCopy.Outcome outcome;
                try (EmlWriter writer = new EmlWriter(zip, path + "/", mailbox, staging.resolve("list"))) {
                    outcome = copy.mailbox(mailbox, writer);
                    writer.finish();
                }
                all.add(mailbox(mailbox, path, outcome.counts()));
                faults.addAll(outcome.faults());
                counts = counts.plus(outcome.counts());
            }
            ExportPiece piece = new ExportPiece(run.next(), user, "", ".", all, counts, faults);
            EmlWriter.put(zip, ExportedTree.FILE, created);
            zip.write(account(List.of(piece), origin, created, tool).text().getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
            zip.finish();
            zip.flush();
            channel.force(true);
            run.place(piece);
        }
    }

    /** Dovecot's list, version 2. */
    private void subscriptions(Path tree) throws IOException {
        StringBuilder text = new StringBuilder("V\t2\n\n");
        for (OriginMailbox mailbox : mailboxes) {
            if (mailbox.subscribed()) {
                text.append(String.join(
                                "\t",
                                TreeNames.levels(mailbox.name()).stream()
                                        .map(Utf7::encode)
                                        .toList()))
                        .append('\n');
            }
        }
        Files.writeString(tree.resolve("subscriptions"), text);
    }

    /** A fault of a message, for the account. */
    static ExportedTree.Fault fault(OriginMailbox mailbox, long uid, Fault kind, String why) {
        return new ExportedTree.Fault(mailbox.name(), uid, kind.word(), why);
    }
}
