package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.fsck.Watch;
import org.understudy.storage.guard.ReadOnlyProbe;
import org.understudy.storage.guard.StoreGuard;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;

/**
 * The disaster case: puts a whole store together on a machine that has nothing but the repository and, if that is encrypted,
 * its key. Every file is compared with its SHA-256, every message with the manifest; then the counters are raised, so that no
 * UID or MODSEQ that was given out after the snapshot is given out again (docs/adr/0012-repositories-elsewhere.md).
 *
 * <p>Stopped at any point, the same command goes on; the store has its place only when all of it is done.
 */
public final class RecoverStore {
    /** UIDs of each mailbox that are passed over. */
    public static final long UID_MARGIN = 1L << 20;

    /** MODSEQs of each mailbox that are passed over. */
    static final long MODSEQ_MARGIN = 1L << 32;

    private static final long MOST_UID = 0xFFFF_FFFFL;
    private static final Author AUTHOR = new Author.Housekeeping("recovery");
    private static final long CACHE_BYTES = 64L << 20;

    /** What is done to the files of the snapshot before they become a store: later changes are replayed into them. */
    public interface Continuation {
        /**
         * @param assurance of what is replayed
         * @return how many changes there were
         */
        long replay(Repository repository, Path keys, OpenedSnapshot.Assurance assurance, Path store, Progress progress)
                throws InterruptedException;

        /** As of which moment the store is then. */
        Instant moment();
    }

    private final RepositoryPlace place;
    private final @Nullable Continuation continuation;
    private final Path data;
    private final Clock clock;
    private final Meter meter;
    private final Progress progress;
    private final List<String> warnings = new ArrayList<>();

    public RecoverStore(RepositoryPlace place, Path data, Clock clock, Progress progress) {
        this(place, null, data, clock, progress);
    }

    /** @param continuation null for the snapshot as it is */
    public RecoverStore(
            RepositoryPlace place, @Nullable Continuation continuation, Path data, Clock clock, Progress progress) {
        this.place = place;
        this.continuation = continuation;
        this.data = data.toAbsolutePath().normalize();
        this.clock = clock;
        this.progress = progress;
        this.meter = new Meter(progress);
    }

    /**
     * @param snapshot as {@link Repository#resolve} takes it
     * @param trustedKey file with the public key that must have signed; null for none
     * @param trustedKeyIds ids of such keys, of which the repository's copies are to be taken
     * @param uidMargin UIDs of each mailbox to pass over, 0 or more
     */
    public record Request(String snapshot, @Nullable Path trustedKey, List<String> trustedKeyIds, long uidMargin) {
        public Request {
            trustedKeyIds = List.copyOf(trustedKeyIds);
        }
    }

    /**
     * @param created when the snapshot was taken
     * @param moment as of which the store is: mail that came later is not in it
     * @param replayed changes that were made between the two
     * @param newest whether it is the newest of the repository
     * @param trust what the signature is worth on this machine
     * @param signingKey id of the key that signed it
     * @param newSigningKey id of this machine's own key for snapshots to come
     * @param filesFetched bytes that came from the repository
     * @param filesKept bytes that were here already, from a recovery that was cut short
     * @param messages read, each compared with its digest
     * @param mailboxesRaised whose UIDNEXT and HIGHESTMODSEQ were raised
     * @param mailboxesFull names of mailboxes with fewer UIDs left than the margin
     */
    public record Result(
            String repository,
            String snapshot,
            Instant created,
            Instant moment,
            long replayed,
            boolean newest,
            Trust trust,
            String signingKey,
            String newSigningKey,
            String store,
            long files,
            long fileBytes,
            long filesFetched,
            long filesKept,
            long users,
            long mailboxes,
            long messages,
            long bytes,
            long mailboxesRaised,
            long uidMargin,
            List<String> mailboxesFull,
            List<String> warnings,
            long durationMillis) {
        public Result {
            mailboxesFull = List.copyOf(mailboxesFull);
            warnings = List.copyOf(warnings);
        }

        /** The same, with more that an operator should know. */
        public Result warning(List<String> more) {
            return new Result(
                    repository,
                    snapshot,
                    created,
                    moment,
                    replayed,
                    newest,
                    trust,
                    signingKey,
                    newSigningKey,
                    store,
                    files,
                    fileBytes,
                    filesFetched,
                    filesKept,
                    users,
                    mailboxes,
                    messages,
                    bytes,
                    mailboxesRaised,
                    uidMargin,
                    mailboxesFull,
                    Stream.concat(warnings.stream(), more.stream()).toList(),
                    durationMillis);
        }
    }

    /**
     * Recovers.
     *
     * @throws OperatorException {@link Reason#CONFLICT} if the data folder is not empty; {@link Reason#REPOSITORY} if the
     *     snapshot's manifest or the chain before it is not as it was signed; {@link Reason#UNSOUND} if files or messages
     *     are not
     */
    public Result run(Request request) throws InterruptedException {
        try (RecoveryFolder folder = RecoveryFolder.take(data)) {
            return recover(request, folder);
        } catch (IOException e) {
            throw Refusal.io("recovering the store into", data, e);
        }
    }

    private Result recover(Request request, RecoveryFolder folder) throws IOException, InterruptedException {
        Instant began = clock.instant();
        Repository repository = Repository.open(place);
        String id = repository.resolve(request.snapshot());
        trust(request, repository, folder.keys());
        TrustedKeys trusted = TrustedKeys.load(folder.keys());
        ManifestReader.Reading reading = sound(repository, id, trusted);
        Manifest manifest = reading.manifest();
        if (manifest == null) {
            throw new IllegalStateException("a sound manifest can be read");
        }
        RecoveryFolder.State state = begin(folder, repository, reading);
        RecoveredFiles files = new RecoveredFiles(repository, manifest, folder.growing(), meter);
        long replayed = state.replayed();
        if (!state.filesVerified()) {
            files.layDown();
            compare(manifest, folder.growing());
            replayed = replay(request, repository, folder);
            StoreGuard.vouch(folder.growing(), ReadOnlyProbe.paranoid(), clock);
            folder.note(state.verified(replayed));
        }
        // Files that were verified before the database was opened have changed since, and are not looked at again.
        long kept = state.filesVerified() ? fileBytes(manifest) : files.kept();
        List<String> full = new ArrayList<>();
        long raised = open(manifest, folder.growing(), request.uidMargin(), full);
        SigningKey own = SigningKey.loadOrSucceed(folder.keys());
        boolean newest = repository.snapshotIds().getLast().equals(id);
        if (newest) {
            new LatestPin(repository.id(), id, manifest.number(), reading.sha256()).write(folder.keys(), repository);
        }
        folder.finish();
        return new Result(
                repository.location(),
                id,
                manifest.created(),
                continuation == null ? manifest.created() : continuation.moment(),
                replayed,
                newest,
                reading.trust(),
                manifest.signingKey(),
                own.id(),
                folder.store().toString(),
                manifest.files().size(),
                fileBytes(manifest),
                files.fetched(),
                kept,
                manifest.users().size(),
                manifest.users().stream()
                        .mapToLong(user -> user.mailboxes().size())
                        .sum(),
                manifest.messages(),
                manifest.bytes(),
                raised,
                request.uidMargin(),
                full,
                warnings,
                Duration.between(began, clock.instant()).toMillis());
    }

    private long replay(Request request, Repository repository, RecoveryFolder folder) throws InterruptedException {
        if (continuation == null) {
            return 0;
        }
        boolean pinned =
                request.trustedKey() != null || !request.trustedKeyIds().isEmpty();
        return continuation.replay(
                repository,
                folder.keys(),
                pinned ? OpenedSnapshot.Assurance.TRUSTED_KEY : OpenedSnapshot.Assurance.REPOSITORY_KEY,
                folder.growing(),
                progress);
    }

    /** Puts the keys that the operator names where this machine keeps those that it trusts. */
    private static void trust(Request request, Repository repository, Path keys) throws IOException {
        if (request.trustedKey() != null) {
            TrustKey.pin(TrustedKeys.read(request.trustedKey()), keys);
        }
        for (String id : request.trustedKeyIds()) {
            TrustKey.pin(TrustKey.copyOf(id, repository), keys);
        }
    }

    /** The manifest, if it and all before it are as they were signed. */
    private ManifestReader.Reading sound(Repository repository, String id, TrustedKeys trusted) {
        ManifestChain chain = ManifestChain.read(repository, trusted);
        for (RepositoryFinding finding : chain.findingsFor(id)) {
            if (finding.kind() == RepositoryFinding.Kind.KEY_NOT_PINNED || isVouchedFor(finding, id)) {
                continue;
            }
            if (finding.kind().damage() && !finding.snapshot().isEmpty()) {
                throw Refusal.repository(finding.text(), finding.hint());
            }
            warnings.add(finding.text());
        }
        return new ManifestReader(repository, trusted).read(id);
    }

    /**
     * Whether it only says that an older manifest is signed with a key that this machine does not know: the one that is
     * recovered names that one's SHA-256, and so on, which is as good as a signature.
     */
    private static boolean isVouchedFor(RepositoryFinding finding, String id) {
        return !finding.snapshot().equals(id)
                && (finding.kind() == RepositoryFinding.Kind.KEY_NOT_TRUSTED
                        || finding.kind() == RepositoryFinding.Kind.KEY_MISSING);
    }

    private RecoveryFolder.State begin(RecoveryFolder folder, Repository repository, ManifestReader.Reading reading)
            throws IOException {
        RecoveryFolder.State fresh = RecoveryFolder.State.fresh(
                repository.id(), reading.id(), reading.sha256(), continuation == null ? null : continuation.moment());
        RecoveryFolder.State state = folder.state().orElse(null);
        if (state == null || !Files.isDirectory(folder.growing())) {
            folder.note(fresh);
            return fresh;
        }
        if (!state.repositoryId().equals(fresh.repositoryId())
                || !state.manifestSha256().equals(fresh.manifestSha256())
                || !Objects.equals(state.moment(), fresh.moment())) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "a recovery of snapshot " + state.snapshot()
                            + (state.moment() == null ? "" : " and the log up to " + state.moment()) + " into " + data
                            + " was begun and did not end",
                    "Go on with "
                            + (state.moment() == null ? "--snapshot " + state.snapshot() : "--at " + state.moment())
                            + ", or remove the folder " + data.resolve("recovery") + " to begin with another one.");
        }
        return state;
    }

    /** Reads every row and every body, and compares users, mailboxes, messages and flags with the manifest. */
    private void compare(Manifest manifest, Path store) throws InterruptedException {
        Census.Result census;
        try (MailStore opened = MailStore.openReadOnly(store, new MailStore.Options(CACHE_BYTES, clock), false)) {
            if (!opened.storeId().equals(manifest.storeId())) {
                throw unlike(manifest, "store " + manifest.storeId(), "store " + opened.storeId());
            }
            census = new Census(opened, BodyRange.of(manifest.files()), meter).take();
        }
        warnings.addAll(census.warnings());
        if (census.messages() != manifest.messages()) {
            throw unlike(manifest, manifest.messages() + " messages", census.messages() + " messages");
        }
        List<Manifest.User> users = census.users();
        for (int i = 0; i < Math.max(users.size(), manifest.users().size()); i++) {
            String expected =
                    i < manifest.users().size() ? root(manifest.users().get(i)) : "no more users";
            String found = i < users.size() ? root(users.get(i)) : "no more users";
            if (!expected.equals(found)) {
                throw unlike(manifest, expected, found);
            }
        }
    }

    private static String root(Manifest.User user) {
        return "user " + user.name() + " with Merkle root " + user.merkleRoot();
    }

    private static OperatorException unlike(Manifest manifest, String expected, String found) {
        return new OperatorException(
                Reason.UNSOUND,
                "the files of snapshot " + manifest.id() + " are those that the manifest lists, but not their content:"
                        + " expected " + expected + ", found " + found + ". The store was not put in place",
                "The snapshot was taken by a faulty program. Recover from another one with --snapshot.");
    }

    /** Opens the store for writing, raises its counters, and checks it as fsck does. */
    private long open(Manifest manifest, Path store, long margin, List<String> full) throws InterruptedException {
        long raised = 0;
        try (MailStore opened = MailStore.open(store, new MailStore.Options(CACHE_BYTES, clock))) {
            meter.begin("raising counters", mailboxes(manifest), "mailboxes");
            for (Counters before : counters(manifest, opened)) {
                long uidNext = before.uidNext() + margin;
                if (uidNext > MOST_UID) {
                    full.add(before.name());
                }
                MailboxState state = opened.mailboxes()
                        .raise(before.mailbox(), uidNext, before.highestModSeq() + MODSEQ_MARGIN, AUTHOR);
                raised += state.uidNext() > before.uidNext() ? 1 : 0;
                meter.done(1);
            }
            progress.begin("checking rows", manifest.messages(), "messages");
            Fsck.Report report = opened.fsck(Fsck.Depth.ROWS, new Watch() {
                @Override
                public void read(long octets, long calls) {}

                @Override
                public void messages(long soFar) {
                    progress.advance(soFar, 0);
                }
            });
            if (!report.sound()) {
                throw new OperatorException(
                        Reason.UNSOUND,
                        "the recovered store has " + report.findings().size() + " faults, the first: "
                                + report.findings().get(0) + ". It was not put in place",
                        "The store had these faults when the snapshot was taken. Recover from an older one with"
                                + " --snapshot.");
            }
        }
        return raised;
    }

    private record Counters(MailboxId mailbox, String name, long uidNext, long highestModSeq) {}

    /** Of the snapshot; of the store itself where more was replayed, since mailboxes came and went. */
    private List<Counters> counters(Manifest manifest, MailStore store) {
        List<Counters> counters = new ArrayList<>();
        if (continuation != null) {
            for (MailboxRow row : store.mailboxes().all()) {
                MailboxState state = store.mailboxes().state(row.id());
                counters.add(new Counters(
                        row.id(),
                        row.path().owner() + "/" + row.path().name(),
                        state.uidNext(),
                        state.highestModSeq()));
            }
            return counters;
        }
        for (Manifest.User user : manifest.users()) {
            for (Manifest.Mailbox mailbox : user.mailboxes()) {
                counters.add(new Counters(
                        new MailboxId(mailbox.id()),
                        user.name() + "/" + mailbox.name(),
                        mailbox.uidNext(),
                        mailbox.highestModSeq()));
            }
        }
        return counters;
    }

    private static long fileBytes(Manifest manifest) {
        return manifest.files().stream().mapToLong(Manifest.StoredFile::size).sum();
    }

    private static long mailboxes(Manifest manifest) {
        return manifest.users().stream()
                .mapToLong(user -> user.mailboxes().size())
                .sum();
    }
}
