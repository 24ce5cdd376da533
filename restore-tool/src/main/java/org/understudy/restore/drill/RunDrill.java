package org.understudy.restore.drill;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.canary.Canaries;
import org.understudy.restore.canary.KnownCanary;
import org.understudy.restore.drill.DrillResult.ImapReading;
import org.understudy.restore.drill.DrillResult.UserDrill;
import org.understudy.restore.drill.DrillResult.Verdict;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.Manifest;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.TrustedKeys;
import org.understudy.restore.repository.Verifications;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;

/** {@code drill.run}: rehearses restores from a snapshot and keeps what came of it. */
public final class RunDrill implements Operation<RunDrill.Request, DrillResult> {
    /** How many random users, where nobody says otherwise. */
    public static final int USERS = 5;

    /** The newest snapshot that was verified, in {@link Request#snapshot}. */
    public static final String LATEST = "latest";

    private static final Logger LOG = LoggerFactory.getLogger(RunDrill.class);

    /**
     * @param users how many random ones, besides all with canaries
     * @param snapshot a name as {@link Repository#resolve} takes it; {@link #LATEST} for the newest that was verified, or
     *     where none was, the newest
     * @param seed of the choice of users, or null for a new one
     */
    public record Request(
            int users, String snapshot, @Nullable Long seed) {
        public Request {
            snapshot = Objects.requireNonNullElse(snapshot, LATEST);
        }
    }

    private final Optional<MailProgramLeg> mailProgram;
    private final RandomGenerator random;

    /** @param mailProgram empty where no server runs; a drill is then incomplete */
    public RunDrill(Optional<MailProgramLeg> mailProgram) {
        this(mailProgram, new SecureRandom());
    }

    RunDrill(Optional<MailProgramLeg> mailProgram, RandomGenerator random) {
        this.mailProgram = mailProgram;
        this.random = random;
    }

    @Override
    public String name() {
        return "drill.run";
    }

    @Override
    public Role role() {
        return Role.ENGINEER;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<DrillResult> resultType() {
        return DrillResult.class;
    }

    @Override
    public DrillResult run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        DrillFolders folders = DrillFolders.in(workplace.dataFolder());
        Instant begun = workplace.clock().instant();
        folders.sweep(begun);
        long seed = request.seed() == null ? random.nextLong() >>> 16 : request.seed();
        Path folder = folders.begin(begun, random);
        Draft draft = new Draft(String.valueOf(folder.getFileName()), begun, seed, request.users());
        DrillResult result;
        try {
            rehearse(request, workplace, folder, draft, progress);
            result = draft.result(workplace.clock().instant(), mailProgram.isPresent());
        } catch (InterruptedException e) {
            DrillFolders.delete(folder);
            throw e;
        } catch (OperatorException | CorruptionException | IOException e) {
            Failure failure = Failure.of(e);
            draft.faults.add(failure.message() + (failure.hint().isEmpty() ? "" : " (" + failure.hint() + ")"));
            result = draft.result(workplace.clock().instant(), mailProgram.isPresent());
        } catch (RuntimeException e) {
            draft.faults.add(Failure.of(e).message());
            folders.write(folder, draft.result(workplace.clock().instant(), mailProgram.isPresent()));
            throw e;
        }
        folders.write(folder, result);
        tell(result, folder);
        return result;
    }

    private static void tell(DrillResult result, Path folder) {
        switch (result.verdict()) {
            case GOOD ->
                LOG.info(
                        "Drill {}: good; {} users of snapshot {} would come back",
                        result.id(),
                        result.users().size(),
                        result.snapshot());
            case INCOMPLETE -> LOG.warn("Drill {}: incomplete: {}", result.id(), result.notes());
            case FAILED ->
                LOG.error(
                        "Drill {} FAILED: a restore would not bring back what it should: {}. Its shadows are kept in {}"
                                + " for a week; see 'understudy drill status {}'",
                        result.id(),
                        result.allFaults(),
                        folder,
                        result.id());
        }
    }

    private void rehearse(Request request, Workplace workplace, Path folder, Draft draft, Progress progress)
            throws IOException, InterruptedException {
        Repository repository = Repository.open(workplace.repository());
        String id = chosen(request, workplace, repository, draft);
        List<KnownCanary> canaries = Canaries.of(workplace).known();
        try (OpenedSnapshot snapshot = OpenedSnapshot.open(
                repository,
                id,
                TrustedKeys.load(workplace.keys()),
                OpenedSnapshot.Assurance.TRUSTED_KEY,
                workplace.clock())) {
            Manifest manifest = snapshot.manifest();
            draft.snapshot = manifest.id();
            draft.created = manifest.created();
            draft.notes.addAll(snapshot.notes());
            Map<String, Manifest.User> users = new HashMap<>();
            manifest.users().forEach(user -> users.put(user.name(), user));
            Map<String, KnownCanary> canaryOf = new HashMap<>();
            for (KnownCanary canary : canaries) {
                if (users.containsKey(canary.user())) {
                    canaryOf.put(canary.user(), canary);
                } else if (canary.since().isAfter(manifest.created())) {
                    draft.notes.add("the canary of " + canary.user() + " is younger than the snapshot");
                } else {
                    draft.faults.add("the snapshot has nothing of " + canary.user() + ", who has a canary mailbox");
                }
            }
            TreeSet<String> all = new TreeSet<>(canaryOf.keySet());
            all.addAll(randomUsers(users, draft.seed, request.users()));
            if (all.isEmpty()) {
                draft.notes.add("the snapshot holds no mail of anybody, so nothing was rehearsed");
            }
            OneUser rehearsal = new OneUser(snapshot, workplace, folder, mailProgram, new Random(draft.seed));
            int done = 0;
            for (String user : all) {
                progress.begin("rehearsing " + user, -1, "messages");
                Manifest.User promised = Objects.requireNonNull(users.get(user));
                draft.users.add(rehearsal.run(promised, Optional.ofNullable(canaryOf.get(user)), progress));
                done++;
                progress.note("%s: %d of %d users rehearsed".formatted(draft.id, done, all.size()));
            }
        }
    }

    /** The newest snapshot that was found sound, unless another is named. */
    private static String chosen(Request request, Workplace workplace, Repository repository, Draft draft) {
        Verifications verifications = Verifications.read(workplace.keys(), repository);
        String id = request.snapshot().equals(LATEST) ? "" : repository.resolve(request.snapshot());
        if (id.isEmpty()) {
            id = repository.snapshotIds().reversed().stream()
                    .filter(one -> verifications
                            .of(one)
                            .map(Verifications.Verification::sound)
                            .orElse(false))
                    .findFirst()
                    .orElse("");
        }
        if (id.isEmpty()) {
            id = repository.resolve(LATEST);
            draft.notes.add("no snapshot was verified yet; 'understudy repo verify --full' does it");
        }
        verifications
                .of(id)
                .filter(Verifications.Verification::sound)
                .ifPresent(verification -> draft.verified = verification.at());
        return id;
    }

    /** As many of those who have mail as were asked for; the same seed chooses the same. */
    private static List<String> randomUsers(Map<String, Manifest.User> users, long seed, int count) {
        List<String> names = new ArrayList<>(users.values().stream()
                .filter(user -> user.mailboxes().stream().anyMatch(mailbox -> mailbox.messages() > 0))
                .map(Manifest.User::name)
                .sorted()
                .toList());
        Collections.shuffle(names, new Random(seed));
        return names.subList(0, Math.min(count, names.size()));
    }

    /** A result in the making. */
    private static final class Draft {
        private final String id;
        private final Instant begun;
        private final long seed;
        private final int asked;
        private final List<UserDrill> users = new ArrayList<>();
        private final List<String> faults = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private String snapshot = "";
        private Instant created = Instant.EPOCH;
        private Instant verified = Instant.EPOCH;

        Draft(String id, Instant begun, long seed, int asked) {
            this.id = id;
            this.begun = begun;
            this.seed = seed;
            this.asked = asked;
        }

        DrillResult result(Instant ended, boolean server) {
            boolean failed = !faults.isEmpty()
                    || users.stream().anyMatch(user -> !user.faults().isEmpty());
            boolean read = users.stream().map(UserDrill::imap).allMatch(ImapReading::exercised);
            List<String> said = new ArrayList<>(notes);
            if (!server) {
                said.add(
                        "no server runs here, so no mail program read the shadows; such a drill does not count as a good"
                                + " one: run it while the server runs");
            }
            Verdict verdict = failed ? Verdict.FAILED : read && !users.isEmpty() ? Verdict.GOOD : Verdict.INCOMPLETE;
            return new DrillResult(
                    id,
                    begun,
                    ended.toEpochMilli() - begun.toEpochMilli(),
                    verdict,
                    snapshot,
                    created,
                    verified,
                    seed,
                    asked,
                    users,
                    faults,
                    said);
        }
    }
}
