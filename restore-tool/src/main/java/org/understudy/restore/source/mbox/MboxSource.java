package org.understudy.restore.source.mbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.exported.ExportedTree;
import org.understudy.storage.OperatorException;

/** One mbox file, or those below a directory. */
public final class MboxSource implements BackupSource {

    private final Path location;
    private final SourceOptions options;
    private final MboxTree tree;
    private final List<MboxTree.Mailbox> mailboxes;

    private MboxSource(Path location, SourceOptions options, MboxTree tree, List<MboxTree.Mailbox> mailboxes) {
        this.location = location;
        this.options = options;
        this.tree = tree;
        this.mailboxes = mailboxes;
    }

    /**
     * Opens an mbox file, or a directory with some below it.
     *
     * @return nothing if there is none below a directory
     * @throws OperatorException if options name a user that is not there
     */
    public static Optional<MboxSource> find(Path location, SourceOptions options) throws IOException {
        Path real = location.toRealPath();
        MboxTree tree = Files.isDirectory(real) ? MboxTree.discover(real) : MboxTree.ofFile(real);
        boolean any = false;
        for (MboxTree.Mailbox mailbox : tree.mailboxes()) {
            any = any || tree.exported(mailbox.file()).isPresent() || isMbox(mailbox.file());
        }
        if (!any) {
            return Optional.empty();
        }
        List<MboxTree.Mailbox> taken = new ArrayList<>();
        Set<String> users = new TreeSet<>();
        for (MboxTree.Mailbox found : tree.mailboxes()) {
            String user = options.rename(found.mailbox().user());
            users.add(user);
            if (options.takes(user)) {
                taken.add(new MboxTree.Mailbox(
                        found.file(),
                        found.relative(),
                        new SourceMailbox(user, found.mailbox().name())));
            }
        }
        options.requireAmong(location, users);
        taken.sort(Comparator.comparing(MboxTree.Mailbox::mailbox).thenComparing(MboxTree.Mailbox::relative));
        return Optional.of(new MboxSource(location, options, tree, taken));
    }

    private static boolean isMbox(Path file) {
        try {
            return MboxTree.isMbox(file);
        } catch (IOException e) {
            return false; // reading the source tells of it, if another file shows that this is one
        }
    }

    @Override
    public Description describe() {
        long users = mailboxes.stream()
                .map(mailbox -> mailbox.mailbox().user())
                .distinct()
                .count();
        return new Description(
                "mbox",
                location.toString(),
                "%,d file%s of %,d user%s"
                        .formatted(mailboxes.size(), mailboxes.size() == 1 ? "" : "s", users, users == 1 ? "" : "s"));
    }

    @Override
    public List<MailboxInfo> mailboxes() {
        MboxSubscriptions subscriptions = MboxSubscriptions.read(tree.homes());
        List<MailboxInfo> infos = new ArrayList<>();
        for (MboxTree.Mailbox mailbox : mailboxes) {
            Optional<ExportedTree.Mailbox> exported = tree.exported(mailbox.file());
            infos.add(new MailboxInfo(
                    mailbox.mailbox(),
                    exported.map(ExportedTree.Mailbox::uidValidity)
                            .orElseGet(() -> MboxReader.uidValidity(mailbox.file())),
                    exported.map(ExportedTree.Mailbox::subscribed)
                            .orElseGet(() -> subscriptions.contains(mailbox.file()))));
        }
        return infos;
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        Numbering out = new Numbering(fromOrdinal, sink);
        for (MboxTree.Mailbox mailbox : mailboxes) {
            new MboxReader(mailbox.file(), mailbox.relative(), mailbox.mailbox(), out).read();
        }
        if (options.only().isEmpty()) {
            for (MboxTree.Other other : tree.others()) {
                out.give(
                        other.relative(),
                        ref -> other.unreadable()
                                ? new SourceItem.Unreadable(ref, Optional.empty(), other.why())
                                : new SourceItem.Ignored(ref, other.why()));
            }
        }
    }

    /** Holds nothing open between calls. */
    @Override
    public void close() {}
}
