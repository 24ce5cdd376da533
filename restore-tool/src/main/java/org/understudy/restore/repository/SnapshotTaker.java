package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.restore.repository.backend.WriterLock;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.StoreSnapshot;
import org.understudy.storage.keyspace.Digest;

/**
 * Takes one snapshot: lock, checkpoint, hash, examine, copy, sign, and last of all the manifest. Stopped at any point
 * before that, it leaves no snapshot, and what lies about is removed or used the next time.
 */
final class SnapshotTaker {
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final long CACHE_BYTES = 32L << 20;
    private static final long SPARE_BYTES = 16L << 20;

    private final Workplace workplace;
    private final Clock clock;
    private final Meter meter;
    private final Step.Hook hook;
    private final boolean reread;
    private final List<String> warnings = new ArrayList<>();
    private long copied;
    private long reused;

    /** @param reread whether objects that are there already are read and compared again, and mended if they are not sound */
    SnapshotTaker(Workplace workplace, boolean reread, Meter meter, Step.Hook hook) {
        this.workplace = workplace;
        this.clock = workplace.clock();
        this.reread = reread;
        this.meter = meter;
        this.hook = hook;
    }

    TakeSnapshot.Result take() throws IOException, InterruptedException {
        Instant began = clock.instant();
        Repository repository = Repository.openOrCreate(workplace.repository(), clock);
        try (WriterLock lock = repository.lock("taking a snapshot", began)) {
            hook.reached(Step.LOCKED);
            removeLeftovers(repository);
            SigningKey key = SigningKey.loadOrMake(workplace.keys());
            Path folder = checkpointFolder();
            try {
                return take(repository, lock, key, folder, began);
            } finally {
                Durable.deleteTree(folder);
            }
        }
    }

    private TakeSnapshot.Result take(Repository repository, WriterLock lock, SigningKey key, Path folder, Instant began)
            throws IOException, InterruptedException {
        TrustedKeys trusted = TrustedKeys.load(workplace.keys());
        ManifestChain chain = ManifestChain.read(repository, trusted);
        for (RepositoryFinding finding : chain.findings()) {
            warn(finding.text());
        }
        ManifestChain.@Nullable Link before = chain.newestSound().orElse(null);
        Manifest previous = before == null
                ? null
                : new ManifestReader(repository, trusted).read(before.id()).manifest();

        StoreSnapshot checkpoint = workplace.live().checkpoint(folder);
        hook.reached(Step.CHECKPOINTED);
        Map<StoreSnapshot.File, Digest> hashes = hash(checkpoint, previous);
        hook.reached(Step.HASHED);
        List<Manifest.StoredFile> files = new ArrayList<>();
        List<Manifest.StoredFile> fresh = new ArrayList<>();
        for (Map.Entry<StoreSnapshot.File, Digest> entry : hashes.entrySet()) {
            Manifest.StoredFile file = stored(entry.getKey(), entry.getValue());
            files.add(file);
            if (!isStored(repository.objects(), file)) {
                fresh.add(file);
            }
        }
        files.sort(Comparator.comparing(Manifest.StoredFile::name));
        Census.Result census = examine(folder, fresh);
        census.warnings().forEach(this::warn);
        hook.reached(Step.EXAMINED);
        copy(repository, folder, files, fresh);
        hook.reached(Step.OBJECTS_STORED);

        String id = nextId(began, repository.snapshotIds(), new SecureRandom());
        Manifest manifest = new Manifest(
                Manifest.FORMAT,
                Manifest.VERSION,
                tool(),
                id,
                began,
                repository.id(),
                checkpoint.storeId(),
                checkpoint.formatVersion(),
                checkpoint.sequence(),
                previous == null ? 1 : previous.number() + 1,
                key.id(),
                before == null ? null : new Manifest.Predecessor(before.id(), before.sha256()),
                census.messages(),
                census.bytes(),
                files,
                census.users());
        lock.requireHeld();
        publish(repository, key, manifest);
        return new TakeSnapshot.Result(
                id,
                repository.location(),
                files.size(),
                copied,
                reused,
                census.messages(),
                census.mailboxes(),
                census.users().size(),
                Duration.between(began, clock.instant()).toMillis(),
                List.copyOf(warnings));
    }

    /** Hashes every file, and refuses one that differs from what the same file was in the snapshot before. */
    private Map<StoreSnapshot.File, Digest> hash(StoreSnapshot checkpoint, @Nullable Manifest previous)
            throws IOException, InterruptedException {
        Map<String, Manifest.StoredFile> known = new HashMap<>();
        if (previous != null && previous.storeId().equals(checkpoint.storeId())) {
            previous.files().forEach(file -> known.put(file.name(), file));
        }
        Map<StoreSnapshot.File, Digest> hashes = new LinkedHashMap<>();
        meter.begin("hashing the store's files", checkpoint.files().size(), "files");
        for (StoreSnapshot.File file : checkpoint.files()) {
            Digest digest = Durable.digest(checkpoint.folder().resolve(file.name()), meter);
            Manifest.StoredFile was = known.get(file.name());
            if (was != null
                    && !file.columnFamily().isEmpty()
                    && stored(file, Digest.parse(was.sha256())).equals(was)
                    && !digest.toString().equals(was.sha256())) {
                throw new OperatorException(
                        Reason.UNSOUND,
                        "file " + file.name() + " of the store has changed since snapshot " + previousId(previous)
                                + ", and such files never do: expected SHA-256 " + was.sha256() + ", found " + digest
                                + ". Nothing was copied",
                        "The store's disk is failing. Run 'understudy fsck' to see whose mail is concerned, and keep"
                                + " the older snapshots: they hold that file as it was.");
            }
            hashes.put(file, digest);
            meter.done(1);
        }
        return hashes;
    }

    private static String previousId(@Nullable Manifest previous) {
        return previous == null ? "" : previous.id();
    }

    /** Reads what is to be copied: messages first, since then a fault has a mailbox and a UID, and then every block. */
    private Census.Result examine(Path folder, List<Manifest.StoredFile> fresh) throws InterruptedException {
        MailStore.Options options = new MailStore.Options(CACHE_BYTES, clock);
        Census.Result census;
        try (MailStore store = MailStore.openReadOnly(folder, options, false)) {
            census = new Census(store, BodyRange.of(fresh), meter).take();
        }
        List<Manifest.StoredFile> tables =
                fresh.stream().filter(file -> file.name().endsWith(".sst")).toList();
        meter.begin("reading new tables", tables.size(), "files");
        for (Manifest.StoredFile table : tables) {
            Optional<String> fault = MailStore.verifyTable(folder.resolve(table.name()));
            if (fault.isPresent()) {
                throw new OperatorException(
                        Reason.UNSOUND,
                        "file " + table.name() + " of the store (" + table.columnFamily() + ") cannot be read: "
                                + fault.get() + ". Nothing was copied",
                        "The store's disk is failing. Run 'understudy fsck' to see whose mail is concerned, and keep"
                                + " the older snapshots.");
            }
            meter.bytes(table.size());
            meter.done(1);
        }
        return census;
    }

    private boolean isStored(ObjectFolder objects, Manifest.StoredFile file) throws IOException, InterruptedException {
        OptionalLong size = objects.size(file.sha256());
        if (size.isEmpty()) {
            return false;
        }
        String found = size.getAsLong() + " bytes";
        boolean sound = size.getAsLong() == file.size();
        if (sound && reread) {
            Digest digest = objects.digest(file.sha256(), meter);
            found = "SHA-256 " + digest;
            sound = digest.toString().equals(file.sha256());
        }
        if (!sound) {
            warn("object " + file.sha256() + " in the repository was damaged (" + found
                    + ") and is replaced by the store's " + file.name() + ", of which it is the copy");
        }
        return sound;
    }

    private void copy(
            Repository repository, Path folder, List<Manifest.StoredFile> files, List<Manifest.StoredFile> fresh)
            throws IOException, InterruptedException {
        long needed = fresh.stream().mapToLong(Manifest.StoredFile::size).sum();
        OptionalLong usable = repository.backend().usableSpace();
        if (usable.isPresent() && usable.getAsLong() < needed + SPARE_BYTES) {
            throw new OperatorException(
                    Reason.DISK_FULL,
                    "the repository " + repository.location() + " needs " + needed + " bytes more and has "
                            + usable.getAsLong()
                            + ". Nothing was copied",
                    "Make room on that file system, or move the repository to a larger one.");
        }
        meter.begin("copying", fresh.size(), "files");
        for (Manifest.StoredFile file : fresh) {
            repository.objects().put(folder.resolve(file.name()), Digest.parse(file.sha256()), meter);
            hook.reached(Step.OBJECT_STORED);
            meter.done(1);
        }
        copied = needed;
        reused = files.stream().mapToLong(Manifest.StoredFile::size).sum() - needed;
    }

    private void publish(Repository repository, SigningKey key, Manifest manifest) throws IOException {
        Backend backend = repository.backend();
        String publicKey = Repository.keyName(key.id());
        byte[] pem = Keys.pem(key.publicKey()).getBytes(StandardCharsets.US_ASCII);
        if (backend.size(publicKey).isEmpty() || !Arrays.equals(backend.read(publicKey), pem)) {
            backend.put(publicKey, pem, Existing.REPLACE);
        }
        byte[] bytes = Json.MAPPER.writeValueAsBytes(manifest);
        backend.put(Repository.signatureName(manifest.id()), key.sign(bytes), Existing.REPLACE);
        hook.reached(Step.SIGNATURE_WRITTEN);
        backend.put(Repository.manifestName(manifest.id()), bytes, Existing.REFUSE);
        hook.reached(Step.MANIFEST_WRITTEN);
        new LatestPin(
                        repository.id(),
                        manifest.id(),
                        manifest.number(),
                        Durable.digest(bytes).toString())
                .write(workplace.keys(), repository);
        hook.reached(Step.DONE);
    }

    /**
     * An id that comes after all others in the order of text, even if the clock has gone back or two snapshots fall into
     * one second: {@code uuuu-MM-ddTHHmmssZ-} and six hexadecimal digits.
     */
    static String nextId(Instant now, List<String> existing, RandomGenerator random) {
        String time = ID_TIME.format(now);
        int from = 0;
        String last = existing.isEmpty() ? "" : existing.get(existing.size() - 1);
        if (last.matches("\\d{4}-\\d\\d-\\d\\dT\\d{6}Z-[0-9a-f]{6}")
                && last.substring(0, time.length()).compareTo(time) >= 0) {
            time = last.substring(0, time.length());
            from = HexFormat.fromHexDigits(last, time.length() + 1, last.length()) + 1;
            if (from == 1 << 24) {
                time = ID_TIME.format(ID_TIME.parse(time, Instant::from).plusSeconds(1));
                from = 0;
            }
        }
        return time + "-" + HexFormat.of().toHexDigits(random.nextInt(from, 1 << 24), 6);
    }

    private void removeLeftovers(Repository repository) throws IOException {
        Durable.deleteTree(checkpointFolder());
        Backend backend = repository.backend();
        int removed = backend.removeLeftovers();
        Set<String> names = new HashSet<>();
        backend.list(Repository.SNAPSHOTS).forEach(entry -> names.add(entry.name()));
        for (String name : names) {
            // A signature whose manifest was never written.
            if (name.endsWith(".json.sig") && !names.contains(name.substring(0, name.length() - ".sig".length()))) {
                backend.delete(name);
                removed++;
            }
        }
        if (removed > 0) {
            meter.note("removed " + removed + " files that an interrupted snapshot left");
        }
    }

    private Path checkpointFolder() {
        return workplace.dataFolder().resolve("snapshot-in-progress");
    }

    private void warn(String text) {
        warnings.add(text);
        meter.note(text);
    }

    private static Manifest.StoredFile stored(StoreSnapshot.File file, Digest digest) {
        return new Manifest.StoredFile(
                file.name(),
                file.size(),
                digest.toString(),
                file.columnFamily(),
                file.smallestKey(),
                file.largestKey(),
                file.entries());
    }

    private static String tool() {
        String version = SnapshotTaker.class.getPackage().getImplementationVersion();
        return "understudy " + (version == null ? "development" : version);
    }
}
