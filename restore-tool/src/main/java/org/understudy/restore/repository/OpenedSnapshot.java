package org.understudy.restore.repository;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.MailboxId;

/**
 * One snapshot, open for reading as far as it can be read. Files that are missing or of another size are left out; what
 * lay in them reads as missing or unreadable, and {@link #blame} says which file it was.
 */
public final class OpenedSnapshot implements AutoCloseable {
    private static final long CACHE_BYTES = 64L << 20;

    private final Manifest manifest;
    private final Trust trust;
    private final List<String> notes;
    private final SnapshotFolder folder;
    private final MailStore store;
    private final ObjectCheck check;
    private final List<BodyRange> bodyRanges;
    private final Map<MailboxId, UidSet> doubts;

    private OpenedSnapshot(
            Manifest manifest,
            Trust trust,
            List<String> notes,
            SnapshotFolder folder,
            MailStore store,
            ObjectCheck check,
            Map<MailboxId, UidSet> doubts) {
        this.manifest = manifest;
        this.trust = trust;
        this.notes = List.copyOf(notes);
        this.folder = folder;
        this.store = store;
        this.check = check;
        this.doubts = Map.copyOf(doubts);
        this.bodyRanges = BodyRange.of(manifest.files());
    }

    /** How sure one must be of a manifest before its snapshot is used. */
    public enum Assurance {
        /** Signed with a key that this machine trusts, and every manifest before it as well, in an unbroken chain. */
        TRUSTED_KEY,
        /** The same, but with the repository's own copies of the keys. */
        REPOSITORY_KEY,
        /** Whatever the manifest says. */
        UNCHECKED
    }

    /**
     * Opens a snapshot after checking signature and chain.
     *
     * @param name as {@link Repository#resolve} takes it
     * @throws OperatorException {@link Reason#REPOSITORY} if it is not as sure as {@code assurance} demands, or if the
     *     database in it cannot be opened at all
     */
    public static OpenedSnapshot open(
            Repository repository, String name, TrustedKeys trusted, Assurance assurance, Clock clock) {
        String id = repository.resolve(name);
        List<String> notes = new ArrayList<>();
        ManifestChain chain = ManifestChain.read(repository, trusted);
        for (RepositoryFinding finding : chain.findingsFor(id)) {
            if (!finding.snapshot().isEmpty() && refuses(finding.kind(), assurance)) {
                throw Refusal.repository(
                        finding.text(),
                        finding.hint() + " 'understudy repo verify' shows all that is wrong."
                                + (onlyKey(finding.kind())
                                        ? " If the key is yours: understudy repo trust ID."
                                        : " 'understudy repo list' shows the other snapshots; restore from one of them"
                                                + " with --snapshot ID."));
            }
            notes.add(finding.text());
        }
        ManifestReader.Reading reading = new ManifestReader(repository, trusted).read(id);
        Manifest manifest = reading.manifest();
        if (manifest == null) {
            RepositoryFinding why = reading.findings().get(0);
            throw Refusal.repository(why.text(), why.hint());
        }
        Trust trust =
                assurance == Assurance.UNCHECKED && notes.stream().findAny().isPresent() ? Trust.NONE : reading.trust();
        return open(repository, manifest, trust, notes, new ObjectCheck(repository.objects()), clock);
    }

    static OpenedSnapshot open(
            Repository repository, Manifest manifest, Trust trust, List<String> notes, ObjectCheck check, Clock clock) {
        Set<String> leftOut = new HashSet<>();
        List<String> remarks = new ArrayList<>(notes);
        String missing = "";
        for (Manifest.StoredFile file : manifest.files()) {
            var fault = check.quick(file);
            if (fault.isPresent()) {
                leftOut.add(file.name());
                String remark = file.name() + " is left out: expected "
                        + fault.get().expected() + ", found " + fault.get().found();
                remarks.add(remark);
                missing = file.columnFamily().isEmpty() ? remark : missing;
            }
        }
        SnapshotFolder folder = null;
        boolean opened = false;
        try {
            folder = SnapshotFolder.of(repository, manifest, leftOut, check);
            MailStore store = MailStore.openReadOnly(folder.path(), new MailStore.Options(CACHE_BYTES, clock), true);
            opened = true;
            return new OpenedSnapshot(manifest, trust, remarks, folder, store, check, Map.of());
        } catch (CorruptionException | OperatorException e) {
            throw new OperatorException(
                    Reason.REPOSITORY,
                    "snapshot " + manifest.id() + " cannot be opened: " + (missing.isEmpty() ? "" : missing + "; ")
                            + (folder == null
                                    ? SnapshotRows.text(e)
                                    : SnapshotRows.text(e).replace(folder.path() + "/", "")),
                    "Run 'understudy repo verify --full' to see which file is damaged, bring it back from a copy of the"
                            + " repository, or use another snapshot.",
                    e);
        } catch (InterruptedException e) {
            // Said once more to whoever asks next.
            Thread.currentThread().interrupt();
            throw new OperatorException(
                    Reason.BUSY,
                    "stopped on request while snapshot " + manifest.id() + " was being fetched",
                    "Run the command again; what was fetched is used again.",
                    e);
        } catch (IOException e) {
            throw Refusal.io("reading the files of", repository.location(), e);
        } finally {
            if (!opened && folder != null) {
                closeQuietlyOrThrow(folder);
            }
        }
    }

    private static void closeQuietlyOrThrow(SnapshotFolder folder) {
        try {
            folder.close();
        } catch (IOException e) {
            throw Refusal.io("removing", folder.path(), e);
        }
    }

    /**
     * A store that was made from a snapshot and the log after it.
     *
     * @param manifest made of the store itself, so that it proves nothing by itself
     * @param doubts UIDs whose rows came with the snapshot and are not proven by its own manifest
     */
    static OpenedSnapshot of(
            Repository repository,
            Manifest manifest,
            Trust trust,
            List<String> notes,
            SnapshotFolder folder,
            MailStore store,
            Map<MailboxId, UidSet> doubts) {
        return new OpenedSnapshot(manifest, trust, notes, folder, store, new ObjectCheck(repository.objects()), doubts);
    }

    /** Whether the row of a message may be another one than it was, though it is what the manifest says. */
    public boolean doubts(Manifest.Mailbox mailbox, long uid) {
        return doubts.getOrDefault(mailbox.mailboxId(), UidSet.empty()).contains(uid);
    }

    public Manifest manifest() {
        return manifest;
    }

    /** What the manifest's signature is worth; {@link Trust#NONE} whenever something is wrong with the chain. */
    public Trust trust() {
        return trust;
    }

    /** What an operator should know before using it, one line each. */
    public List<String> notes() {
        return notes;
    }

    /** The store as it was; tolerant of lost tables, so only {@link SnapshotRows} can tell what should be there. */
    public MailStore store() {
        return store;
    }

    public SnapshotRows rows() {
        return new SnapshotRows(store);
    }

    /** The damaged files that a body may lie in, with what is wrong; they are read for this once. */
    public String blame(BodyId body) throws InterruptedException {
        return describe(BodyRange.covering(bodyRanges, body));
    }

    /** The damaged files that the row of a message may lie in. */
    public String blame(Manifest.Mailbox mailbox, long uid) throws InterruptedException {
        String key = messageKey(mailbox, uid);
        return describe(manifest.files().stream()
                .filter(file -> file.covers(Family.MESSAGE.columnFamily(), key))
                .toList());
    }

    /** What a failed reading of this snapshot said, without the path of the temporary folder in it. */
    public String words(RuntimeException e) {
        return words(SnapshotRows.text(e));
    }

    /** The same for a text that came of it. */
    public String words(String text) {
        return text.replace(folder.path() + "/", "");
    }

    static String messageKey(Manifest.Mailbox mailbox, long uid) {
        return String.format(Locale.ROOT, "%016x%08x", mailbox.id(), uid);
    }

    /** One at a time: the check remembers what it has seen. */
    private synchronized String describe(List<Manifest.StoredFile> candidates) throws InterruptedException {
        Meter meter = new Meter(Progress.SILENT);
        List<String> damaged = new ArrayList<>();
        for (Manifest.StoredFile file : candidates) {
            check.full(file, meter)
                    .ifPresent(fault -> damaged.add("file " + file.name() + " (object " + file.sha256() + ", expected "
                            + fault.expected() + ", found " + fault.found() + ")"));
        }
        if (!damaged.isEmpty()) {
            return String.join(" or ", damaged);
        }
        return candidates.isEmpty()
                ? "no file that the manifest lists"
                : "file "
                        + String.join(
                                " or ",
                                candidates.stream()
                                        .map(Manifest.StoredFile::name)
                                        .toList())
                        + ", which is as it was when the snapshot was taken";
    }

    private static boolean refuses(RepositoryFinding.Kind kind, Assurance assurance) {
        return switch (assurance) {
            case TRUSTED_KEY -> kind.damage() || kind == RepositoryFinding.Kind.KEY_NOT_PINNED;
            case REPOSITORY_KEY -> kind.damage() && !onlyKey(kind);
            case UNCHECKED -> false;
        };
    }

    private static boolean onlyKey(RepositoryFinding.Kind kind) {
        return kind == RepositoryFinding.Kind.KEY_NOT_PINNED || kind == RepositoryFinding.Kind.KEY_NOT_TRUSTED;
    }

    @Override
    public void close() throws IOException {
        store.close();
        folder.close();
    }
}
