package org.understudy.restore.source.jameszip;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.maildir.NameText;
import org.understudy.storage.Content;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** A backup of one account as James writes it, or a directory of such, one a user. */
public final class JamesZipSource implements BackupSource {
    /** Mailbox of messages whose mailbox the archive does not have. */
    private static final String NO_MAILBOX = "Recovered";

    private static final byte[] MAGIC = {'P', 'K', 3, 4};

    /** One archive. */
    private record Account(String user, String relative, Path file, Archive archive, Map<String, Fields> mailboxes) {
        SourceMailbox mailbox(Archive.Entry entry) {
            Fields mailbox = mailboxes.get(entry.fields().mailboxId());
            return new SourceMailbox(user, mailbox == null ? NO_MAILBOX : name(mailbox));
        }
    }

    private final Path location;
    private final SourceOptions options;
    private final List<Account> accounts;
    private final List<String> others;

    private JamesZipSource(Path location, SourceOptions options, List<Account> accounts, List<String> others) {
        this.location = location;
        this.options = options;
        this.accounts = accounts;
        this.others = others;
    }

    /**
     * Opens an archive, or all that lie in a directory.
     *
     * @return nothing if there is none
     * @throws OperatorException if options name a user that is not there
     */
    public static Optional<JamesZipSource> find(Path location, SourceOptions options) throws IOException {
        Path real = location.toRealPath();
        List<Path> files = new ArrayList<>();
        List<String> others = new ArrayList<>();
        if (Files.isDirectory(real)) {
            List<Path> entries = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(real)) {
                stream.forEach(entries::add);
            }
            entries.sort(null);
            for (Path entry : entries) {
                if (isOne(entry)) {
                    files.add(entry);
                } else {
                    others.add(NameText.of(entry));
                }
            }
        } else if (isOne(real)) {
            files.add(real);
        }
        if (files.isEmpty()) {
            return Optional.empty();
        }
        List<Account> accounts = new ArrayList<>();
        Set<String> users = new TreeSet<>();
        try {
            for (Path file : files) {
                String user = options.rename(bare(NameText.of(file)).toLowerCase(Locale.ROOT));
                if (!users.add(user)) {
                    throw new OperatorException(
                            Reason.CONFLICT,
                            "two archives in %s would both be mail of user %s".formatted(location, user),
                            "Give each archive a user name of its own, or restore one after the other.");
                }
                if (options.takes(user)) {
                    accounts.add(account(user, file, options));
                }
            }
            options.requireAmong(location, users);
        } catch (IOException | RuntimeException e) {
            close(accounts, e);
            throw e;
        }
        accounts.sort(java.util.Comparator.comparing(Account::user));
        return Optional.of(new JamesZipSource(location, options, accounts, others));
    }

    private static Account account(String user, Path file, SourceOptions options) throws IOException {
        Archive archive = Archive.open(file, options.scratch());
        Map<String, Fields> mailboxes = new HashMap<>();
        for (Fields fields : archive.mailboxes()) {
            if (fields.kind().equals(Optional.of(Fields.MAILBOX))) {
                mailboxes.putIfAbsent(fields.mailboxId(), fields);
            }
        }
        return new Account(user, file.getFileName().toString(), file, archive, mailboxes);
    }

    private static boolean isOne(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (var in = Files.newInputStream(file)) {
            if (!java.util.Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                return false;
            }
        }
        return Archive.isOne(file);
    }

    private static String bare(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".zip") && name.length() > 4
                ? name.substring(0, name.length() - 4)
                : name;
    }

    private static String name(Fields mailbox) {
        String path = mailbox.entry().getName();
        String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return bare.equalsIgnoreCase("INBOX") ? "INBOX" : bare.replaceAll("[\\x00-\\x1f\\x7f]", "_");
    }

    @Override
    public Description describe() {
        long messages = accounts.stream()
                .mapToLong(account -> account.archive().entries().size())
                .sum();
        return new Description(
                "james-zip",
                location.toString(),
                "backup of %,d account%s by Apache James, %,d entr%s"
                        .formatted(
                                accounts.size(),
                                accounts.size() == 1 ? "" : "s",
                                messages,
                                messages == 1 ? "y" : "ies"));
    }

    @Override
    public List<MailboxInfo> mailboxes() {
        TreeMap<SourceMailbox, MailboxInfo> infos = new TreeMap<>();
        for (Account account : accounts) {
            for (Fields mailbox : account.mailboxes().values()) {
                SourceMailbox name = new SourceMailbox(account.user(), name(mailbox));
                infos.put(name, new MailboxInfo(name, mailbox.uidValidity(), false));
            }
            for (Archive.Entry entry : account.archive().entries()) {
                if (entry.fields().kind().equals(Optional.of(Fields.MESSAGE))) {
                    infos.computeIfAbsent(account.mailbox(entry), name -> new MailboxInfo(name, 0, false));
                }
            }
        }
        return List.copyOf(infos.values());
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        Numbering out = new Numbering(fromOrdinal, sink);
        for (Account account : accounts) {
            Set<String> seen = new HashSet<>();
            for (Archive.Entry entry : account.archive().entries()) {
                long uid = entry.fields().uid();
                boolean again = uid != 0 && !seen.add(entry.fields().mailboxId() + " " + uid);
                out.give(account.relative() + "#" + entry.name(), ref -> item(ref, account, entry, again ? 0 : uid));
            }
            for (Archive.Left left : account.archive().left()) {
                out.give(
                        account.relative() + "#" + left.name(),
                        ref -> new SourceItem.Unreadable(ref, Optional.empty(), left.why()));
            }
        }
        if (options.only().isEmpty()) {
            for (String other : others) {
                out.give(other, ref -> new SourceItem.Ignored(ref, "no backup of an account by Apache James"));
            }
        }
    }

    private static SourceItem item(ItemRef ref, Account account, Archive.Entry entry, long uid) {
        Fields fields = entry.fields();
        long kind = fields.kind().orElse(-1L);
        if (kind == Fields.ANNOTATIONS || kind == Fields.ANNOTATION) {
            return new SourceItem.Ignored(ref, "an annotation of a mailbox; not restored");
        }
        if (kind != Fields.MESSAGE) {
            return new SourceItem.Ignored(ref, "no message: the entry does not bear James's mark of one");
        }
        SourceMailbox mailbox = account.mailbox(entry);
        try {
            Content content = entry.content();
            if (content.size() == 0) {
                return new SourceItem.Unreadable(ref, Optional.of(mailbox), "the entry is empty");
            }
            List<Witness> witnesses = new ArrayList<>();
            fields.size().ifPresent(size -> witnesses.add(new Witness.IndexSize(size, "James's backup")));
            return new SourceItem.Message(
                    ref,
                    mailbox,
                    uid,
                    fields.arrived().orElseGet(() -> modified(entry)),
                    fields.flags(),
                    content,
                    List.copyOf(witnesses));
        } catch (IOException e) {
            return new SourceItem.Unreadable(ref, Optional.of(mailbox), ReadFailure.words(e));
        }
    }

    private static Instant modified(Archive.Entry entry) {
        var time = entry.fields().entry().getLastModifiedTime();
        return time == null ? Instant.EPOCH : time.toInstant();
    }

    @Override
    public void close() throws IOException {
        IOException fault = new IOException("an archive could not be closed");
        close(accounts, fault);
        if (fault.getSuppressed().length > 0) {
            throw fault;
        }
    }

    private static void close(List<Account> accounts, Exception fault) {
        for (Account account : accounts) {
            try {
                account.archive().close();
            } catch (IOException e) {
                fault.addSuppressed(e);
            }
        }
    }
}
