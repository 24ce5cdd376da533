package org.understudy.restore.migrate;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.replay.Examiner;
import org.understudy.restore.repository.Signer;
import org.understudy.restore.source.imap.AccountFacts;
import org.understudy.restore.source.imap.AccountFetch;
import org.understudy.restore.source.imap.AccountReading;
import org.understudy.restore.source.imap.ImapAddress;
import org.understudy.restore.source.imap.ImapLogin;
import org.understudy.restore.source.imap.ImapSettings;
import org.understudy.restore.source.imap.SpooledAccount;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.UniqueIds;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.MailboxRow;

/** The work on one user: a round, a comparison, and taking back. Thread-safe for different users. */
final class UserWork {
    private static final int IMAPS = 993;
    private static final int IMAP = 143;
    private static final int SHOWN = 20;

    private final Workplace workplace;
    private final MigrationFolder folder;
    private final Migration migration;
    private final Examiner examiner;
    private final Steps steps;
    private final Author author;
    private final Map<String, String> names = new HashMap<>();
    private @Nullable Signer signer;

    UserWork(Workplace workplace, MigrationFolder folder, Migration migration, Examiner examiner, Steps steps) {
        this.workplace = workplace;
        this.folder = folder;
        this.migration = migration;
        this.examiner = examiner;
        this.steps = steps;
        this.author = new Author.Restore("migrate:" + migration.name());
        migration.members().forEach(one -> names.put(one.oldLogin().toLowerCase(Locale.ROOT), one.user()));
    }

    private String renamed(String name) {
        return names.getOrDefault(name.toLowerCase(Locale.ROOT), name);
    }

    private MailStore live() {
        return workplace.live();
    }

    private Link.Rows rows(Member member) {
        return new Link.Rows(live(), migration.name(), member.user(), author);
    }

    private Structure structure(Member member, List<String> notes) {
        return new Structure(live(), member.user(), rows(member), author, notes);
    }

    /**
     * Brings over what is new.
     *
     * @param metadataOnly leave messages for later
     * @param last whether the old side stands still
     */
    Member round(Member member, boolean metadataOnly, boolean last, Progress progress) throws InterruptedException {
        Instant begun = workplace.clock().instant();
        Path own = folder.user(member.user());
        List<String> notes = new ArrayList<>();
        try {
            OldSide old = fetched(member, own, metadataOnly, progress);
            FindingsFile findings = new FindingsFile(own);
            Structure structure = structure(member, notes);
            List<OldSide.Mailbox> boxes = old.mailboxes();
            requireInbox(member, boxes);
            Map<String, Link> links = structure.follow(boxes);
            steps.passed(Steps.Step.MIGRATION_STRUCTURED);
            AccountReplay replay = new AccountReplay(
                    live(), old, rows(member), structure, author, examiner, findings, last, progress, steps);
            progress.begin("bringing over " + member.user(), -1, "messages");
            long messages = 0;
            List<FindingsFile.Finding> missing = new ArrayList<>();
            for (OldSide.Mailbox box : boxes) {
                messages += box.messages().size();
                box.unreadable()
                        .forEach(one -> missing.add(new FindingsFile.Finding(
                                box.name(), one.key(), FindingsFile.Finding.MISSING, List.of(one.why()))));
                Link link = links.get(box.oldName());
                if (link != null) {
                    link = structure.settle(box, link, member.oldLogin(), this::renamed);
                    if (!metadataOnly) {
                        replay.follow(box, link);
                    }
                }
            }
            findings.add(missing);
            if (metadataOnly) {
                return member.state() == MemberState.WAITING
                        ? member.to(MemberState.METADATA, "")
                        : member.to(member.state(), "");
            }
            Instant now = workplace.clock().instant();
            return member.after(new Round(
                    member.rounds() + 1,
                    now,
                    now.toEpochMilli() - begun.toEpochMilli(),
                    boxes.size(),
                    messages,
                    live().usage("#private", member.user()).bytes(),
                    replay.added,
                    replay.flagged,
                    replay.expunged,
                    structure.changes(),
                    replay.waiting,
                    findings.count(FindingsFile.Finding.MISSING),
                    findings.count("damaged"),
                    findings.count("suspect"),
                    old.quota(),
                    notes));
        } catch (IOException e) {
            throw lost(member, e);
        }
    }

    /** An account without an inbox is no account: whatever is wrong there, nothing here is to follow it. */
    private static void requireInbox(Member member, List<OldSide.Mailbox> boxes) {
        if (boxes.stream().noneMatch(one -> one.name().equals("INBOX"))) {
            throw new OperatorException(
                    Reason.SOURCE,
                    "the old side lists no INBOX of " + member.oldLogin() + ", so nothing of the user was changed here",
                    "Look at the account there with a mail program; the master user may lack rights.");
        }
    }

    private OldSide fetched(Member member, Path own, boolean metadataOnly, Progress progress)
            throws IOException, InterruptedException {
        if (maildir(member).isPresent()) {
            return MaildirSide.list(maildir(member).get());
        }
        ImapAddress address = address(member);
        ImapLogin login = login();
        ImapSettings settings = settings();
        AccountFacts facts;
        try (AccountReading reading = AccountReading.open(address, login, settings)) {
            facts = reading.facts(); // before messages: UIDNEXT is then beyond none that a later round brings
        }
        if (metadataOnly) {
            return new FactsSide(facts);
        }
        Path spool = own.resolve("spool");
        Path run = AccountFetch.run(address, login, settings, spool, workplace.clock(), progress);
        steps.passed(Steps.Step.MIGRATION_FETCHED);
        return new SpooledSide(SpooledAccount.open(run, member.user()), facts);
    }

    private FreshSide fresh(Member member) throws IOException {
        Optional<Path> maildir = maildir(member);
        return maildir.isPresent()
                ? new FreshMaildir(maildir.get())
                : new FreshAccount(AccountReading.open(address(member), login(), settings()));
    }

    private Optional<Path> maildir(Member member) {
        if (member.place().startsWith("/")) {
            return Optional.of(Path.of(member.place()));
        }
        Path all = migration.cluster().maildirs();
        if (all == null) {
            return Optional.empty();
        }
        return Optional.of(all.resolve(member.place().isEmpty() ? member.oldLogin() : member.place()));
    }

    private ImapAddress address(Member member) {
        OldCluster cluster = migration.cluster();
        String host = cluster.host();
        int port = cluster.port();
        if (!member.place().isEmpty()) {
            int colon = member.place().lastIndexOf(':');
            boolean number = colon > 0 && member.place().substring(colon + 1).matches("\\d{1,5}");
            host = number ? member.place().substring(0, colon) : member.place();
            port = number ? Integer.parseInt(member.place().substring(colon + 1)) : 0;
        }
        return new ImapAddress(cluster.tls(), member.oldLogin(), host, port != 0 ? port : cluster.tls() ? IMAPS : IMAP);
    }

    private ImapSettings settings() {
        OldCluster cluster = migration.cluster();
        long rate = cluster.bytesPerSecond() == 0 ? 0 : Math.max(1, cluster.bytesPerSecond() / cluster.atOnce());
        return ImapSettings.STANDARD
                .trusting(cluster.authorities())
                .allowingPlaintext(cluster.plaintext())
                .limited(rate);
    }

    private ImapLogin login() {
        Path file = migration.cluster().passwordFile();
        if (file == null) {
            throw new OperatorException(
                    Reason.USAGE,
                    "migration " + migration.name() + " has no password file for the old side",
                    "Begin another with --password-file.");
        }
        String secret;
        try {
            secret = Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw OnDisk.failure("cannot read the password file " + file, e);
        }
        if (secret.isEmpty()) {
            throw new OperatorException(
                    Reason.USAGE,
                    "the password file " + file + " has an empty first line",
                    "Write the password into its first line.");
        }
        return new ImapLogin(migration.cluster().master(), secret, false);
    }

    private static OperatorException lost(Member member, IOException e) {
        return new OperatorException(
                Reason.UNREACHABLE,
                "the old side of " + member.user() + " was lost: " + e.getMessage(),
                "What was brought over is kept. Run the same command again later; it goes on where it stopped.",
                e);
    }

    /** The key is made where there is none yet, which only one thread may do. */
    private synchronized Signer signer() {
        Signer known = signer;
        if (known == null) {
            known = Signer.of(workplace.keys());
            signer = known;
        }
        return known;
    }

    /** Reads both sides again, and leaves a signed file about it. */
    EqualityProof prove(Member member, Progress progress) throws InterruptedException {
        Instant begun = workplace.clock().instant();
        Comparing.Found found;
        try (FreshSide old = fresh(member)) {
            found = new Comparing(
                            live(), member, rows(member), structure(member, new ArrayList<>()), this::renamed, progress)
                    .compare(old);
        } catch (InterruptedIOException e) {
            throw new InterruptedException("interrupted while both sides were compared");
        } catch (IOException e) {
            throw lost(member, e);
        }

        return new EqualityProof(
                EqualityProof.FORMAT,
                EqualityProof.VERSION,
                migration.name(),
                member.user(),
                member.oldLogin(),
                maildir(member)
                        .map(Path::toString)
                        .orElseGet(() -> address(member).toString()),
                found.certificate(),
                live().storeId(),
                signer().keyId(),
                begun,
                workplace.clock().instant(),
                found.differences().count() == 0,
                found.messages(),
                found.octets(),
                found.mailboxes(),
                found.differences().count(),
                found.differences().first(),
                found.notes());
    }

    /**
     * Lets the messages of the INBOX have the ids of POP3 that the old side gave them, where those can be told.
     *
     * @return how many
     */
    int keepUniqueIds(Member member) {
        OldIds format = OldIds.of(migration.cluster().uniqueIds());
        Optional<Link> inbox = rows(member).all().stream()
                .filter(one -> one.name().equals("INBOX"))
                .findFirst();
        if (inbox.isEmpty()) {
            return 0;
        }
        Map<Long, String> noted = new HashMap<>();
        try {
            if (maildir(member).isPresent()) {
                noted.putAll(OldIds.noted(maildir(member).get()));
            }
        } catch (IOException e) {
            throw lost(member, e);
        }
        Map<String, String> ids = new HashMap<>();
        Map<Digest, Integer> met = new HashMap<>();
        Link link = inbox.get();
        Map<Long, String> keys = new HashMap<>();
        rows(member).pairs(link).forEach((key, uid) -> keys.put(uid, key));
        live().messages().scan(link.mailbox(), 1, 0xFFFF_FFFFL, facts -> {
            String ours = UniqueIds.of(facts.digest(), met.merge(facts.digest(), 1, Integer::sum));
            long uid = AccountReplay.uidThere(link, keys, facts.uid());
            String id = noted.get(uid);
            if (id == null && format.known() && link.oldUidValidity() > 0) {
                id = format.id(uid, link.oldUidValidity());
            }
            if (uid > 0 && id != null && UniqueIds.valid(id)) {
                ids.put(ours, id);
            }
        });
        new UniqueIds(live().settings()).keep(member.user(), ids, author);
        return ids.size();
    }

    /** Writes a proof, its signature and its text; durable when it returns. */
    EqualityProof.Summary keep(EqualityProof proof) {
        Path own = folder.user(proof.user());
        int number = 1;
        while (Files.exists(own.resolve("proof-" + number + ".json"))) {
            number++;
        }
        String name = "proof-" + number + ".json";
        byte[] bytes = (RestoreJson.write(proof) + "\n").getBytes(StandardCharsets.UTF_8);
        OnDisk.replace(own, "proof-" + number + ".txt", ProofText.of(proof, name));
        OnDisk.replace(own, name + ".sig", signer().sign(bytes));
        OnDisk.replace(own, name, bytes);
        return new EqualityProof.Summary(
                proof.endedAt(),
                proof.equal(),
                proof.messages(),
                proof.octets(),
                proof.differenceCount(),
                own.resolve(name).toString(),
                proof.differences().stream().limit(SHOWN).map(Difference::text).toList());
    }

    /** Takes out what was brought and nobody else has touched; names what is left. */
    Member abort(Member member, Progress progress) {
        Link.Rows rows = rows(member);
        Structure structure = structure(member, new ArrayList<>());
        for (Link first : rows.all()) {
            Optional<MailboxRow> row = live().mailboxes().find(first.mailbox()).filter(MailboxRow::live);
            if (row.isPresent()) {
                Link link = structure.looked(first);
                if (link.touched()) {
                    progress.note(member.user() + ": mailbox " + link.name()
                            + " was changed here by others and is left as it is");
                } else if (link.made()) {
                    live().mailboxes().delete(link.mailbox(), author);
                } else {
                    live().messages().expunge(link.mailbox(), rows.pairs(link).values(), ExpungeReason.UNDO, author);
                }
                if (link.subscribed() && link.made() && !link.touched()) {
                    structure.unsubscribe(link.name());
                }
            }
            rows.forget(first);
        }
        return member.aborted();
    }
}
