package org.understudy.restore.shadow;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.storage.BodySegment;
import org.understudy.storage.JournalRow;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;

/** An open shadow. */
public final class ShadowStore implements AutoCloseable {
    /** Shadows are read and written in order, so a small cache does. */
    private static final long CACHE_BYTES = 32L << 20;
    /** Owner of the settings that describe mailboxes. */
    private static final String MAILBOXES = "restore-mailboxes";
    /** The folder of the store itself, within the shadow's. */
    public static final String STORE = "store";

    private final String id;
    private final Path folder;
    private final MailStore store;
    private final Author author;

    private ShadowStore(String id, Path folder, MailStore store) {
        this.id = id;
        this.folder = folder;
        this.store = store;
        this.author = new Author.Restore(id);
    }

    /** Opens the shadow of a restore, or makes it. */
    public static ShadowStore open(Path shadows, String id, Clock clock) {
        Path folder = shadows.resolve(id);
        try {
            Files.createDirectories(folder.resolve("segments"));
        } catch (IOException e) {
            throw OnDisk.failure("cannot make the shadow's folder " + folder, e);
        }
        return new ShadowStore(
                id, folder, MailStore.open(folder.resolve(STORE), new MailStore.Options(CACHE_BYTES, clock, false)));
    }

    /** @throws OperatorException {@link Reason#NOT_FOUND} if the restore has no shadow (any more) */
    public static ShadowStore openExisting(Path shadows, String id, Clock clock) {
        if (!Files.isDirectory(shadows.resolve(id).resolve(STORE))) {
            ShadowTerms.read(shadows, id).requireKept(id);
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "the shadow of restore " + id + " is not in " + shadows,
                    "Stage the source again as a new restore.");
        }
        return open(shadows, id, clock);
    }

    /**
     * As {@link #openExisting}, as it is now and for reading only: without a lock, so that no step has to wait for it and it for
     * none. Writing throws {@link IllegalStateException}.
     */
    public static ShadowStore openReading(Path shadows, String id, Clock clock) {
        Path store = shadows.resolve(id).resolve(STORE);
        if (!Files.isDirectory(store)) {
            return openExisting(shadows, id, clock);
        }
        return new ShadowStore(
                id,
                shadows.resolve(id),
                MailStore.openReadOnly(store, new MailStore.Options(CACHE_BYTES, clock, false), false));
    }

    public MailStore store() {
        return store;
    }

    public Author author() {
        return author;
    }

    public Path segmentFolder() {
        return folder.resolve("segments");
    }

    /** Notes of its messages for comparing them with each other (docs/crowd-notes.md); may be missing. */
    public Path notes() {
        return folder.resolve("notes");
    }

    /** Folder for what comparing writes meanwhile. */
    public Path comparing() {
        return folder.resolve("comparing");
    }

    /** How far replay has come. */
    public ReplayTotals totals() {
        return store.journal()
                .get(key("cursor"))
                .map(json -> RestoreJson.read(json, ReplayTotals.class))
                .orElse(ReplayTotals.NONE);
    }

    public JournalRow totalsRow(ReplayTotals totals) {
        return new JournalRow(key("cursor"), RestoreJson.write(totals));
    }

    public JournalRow evidenceRow(MailboxId mailbox, long uid, Evidence evidence) {
        return new JournalRow(evidenceKey(mailbox) + HexFormat.of().toHexDigits(uid, 8), RestoreJson.write(evidence));
    }

    public JournalRow outcomeRow(ItemOutcome outcome) {
        return new JournalRow(
                key("outcome/") + HexFormat.of().toHexDigits(outcome.ordinal()), RestoreJson.write(outcome));
    }

    public JournalRow segmentRow(BodySegment segment) {
        return new JournalRow(
                key("segment/") + HexFormat.of().toHexDigits(segment.first().value()),
                RestoreJson.write(SegmentFile.of(segment)));
    }

    /** Gives the evidence of a mailbox by UID. */
    public void evidence(MailboxId mailbox, BiConsumer<Long, Evidence> out) {
        String prefix = evidenceKey(mailbox);
        for (JournalRow row : store.journal().list(prefix)) {
            long uid = Long.parseLong(row.key().substring(prefix.length()), 16);
            out.accept(uid, RestoreJson.read(row.value(), Evidence.class));
        }
    }

    /** As {@link #evidence(MailboxId, BiConsumer)}, of UIDs above {@code after}, {@code most} at most. */
    public void evidence(MailboxId mailbox, long after, int most, BiConsumer<Long, Evidence> out) {
        String prefix = evidenceKey(mailbox);
        for (JournalRow row :
                store.journal().page(prefix, prefix + HexFormat.of().toHexDigits(after + 1, 8), most)) {
            long uid = Long.parseLong(row.key().substring(prefix.length()), 16);
            out.accept(uid, RestoreJson.read(row.value(), Evidence.class));
        }
    }

    /** What is not in the shadow, in the source's order. */
    public List<ItemOutcome> outcomes() {
        return store.journal().list(key("outcome/")).stream()
                .map(row -> RestoreJson.read(row.value(), ItemOutcome.class))
                .toList();
    }

    /** The body files that messages of the shadow lie in, by body id. */
    public List<SegmentFile> segments() {
        return store.journal().list(key("segment/")).stream()
                .map(row -> RestoreJson.read(row.value(), SegmentFile.class))
                .toList();
    }

    /** Deletes the files of segments that no message came to lie in, since replay was cut short. */
    public void dropStraySegments() {
        Set<String> known = segments().stream().map(SegmentFile::name).collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(segmentFolder())) {
            for (Path file : files.toList()) {
                if (!known.contains(String.valueOf(file.getFileName()))) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw OnDisk.failure("cannot clear " + segmentFolder(), e);
        }
    }

    /** By user and name. */
    public List<ShadowMailbox> mailboxes() {
        List<ShadowMailbox> all = new ArrayList<>();
        store.settings()
                .list(MAILBOXES, "")
                .forEach((key, json) ->
                        all.add(RestoreJson.read(new String(json, StandardCharsets.UTF_8), ShadowMailbox.class)));
        all.sort(Comparator.comparing(ShadowMailbox::source));
        return all;
    }

    /**
     * The mailboxes of a source, made where they are missing, in the same order. What is known of them is recorded before
     * anything lies in them: all of it together, since each record waits for the disk.
     *
     * @param made is told of each that is there
     */
    public List<ShadowMailbox> ensureMailboxes(List<BackupSource.MailboxInfo> sources, Runnable made) {
        List<ShadowMailbox> all = new ArrayList<>();
        Map<String, byte[]> unrecorded = new LinkedHashMap<>();
        Map<String, Map<String, byte[]>> subscriptions = new LinkedHashMap<>();
        for (BackupSource.MailboxInfo info : sources) {
            SourceMailbox source = info.mailbox();
            MailboxPath path = MailboxPath.of(source.user(), source.name());
            MailboxRow row = store.mailboxes()
                    .find(path)
                    .orElseGet(() ->
                            store.mailboxes().create(path, info.uidValidity() == 0 ? 1 : info.uidValidity(), author));
            made.run();
            Optional<byte[]> known = store.settings().get(MAILBOXES, row.id().toString());
            if (known.isPresent()) {
                all.add(RestoreJson.read(new String(known.get(), StandardCharsets.UTF_8), ShadowMailbox.class));
                continue;
            }
            ShadowMailbox mailbox = new ShadowMailbox(row.id(), source, info.uidValidity(), info.subscribed());
            all.add(mailbox);
            unrecorded.put(row.id().toString(), RestoreJson.write(mailbox).getBytes(StandardCharsets.UTF_8));
            if (info.subscribed()) {
                subscriptions
                        .computeIfAbsent(source.user(), user -> new LinkedHashMap<>())
                        .put(source.name(), new byte[0]);
            }
        }
        subscriptions.forEach((user, names) -> store.subscriptions().write(user, names, author));
        if (!unrecorded.isEmpty()) {
            store.settings().write(MAILBOXES, unrecorded, author);
        }
        return all;
    }

    /** One mailbox, as {@link #ensureMailboxes} does. */
    public ShadowMailbox ensureMailbox(SourceMailbox source, long uidValidity, boolean subscribed) {
        return ensureMailboxes(List.of(new BackupSource.MailboxInfo(source, uidValidity, subscribed)), () -> {})
                .getFirst();
    }

    private String evidenceKey(MailboxId mailbox) {
        return key("evidence/") + HexFormat.of().toHexDigits(mailbox.value()) + "/";
    }

    private String key(String rest) {
        return id + "/" + rest;
    }

    @Override
    public void close() {
        store.close();
    }
}
