package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.incident.Concerned;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.StoreSnapshot;
import org.understudy.storage.birth.Birth;
import org.understudy.storage.birth.Births;
import org.understudy.storage.keyspace.Digest;

/**
 * Tells whether the tables of a checkpoint are as they were born, before anything of it is copied.
 *
 * <p>Always read are tables that the repository has not, and those that somebody has written to since they were last read,
 * here or in the repository (their time of change says so). Of the others, whose copies are in the repository, each snapshot reads those that were
 * not read for longest, here and in the repository: {@link #ROTATION_BYTES} of them, or as many as it takes to have read
 * all of them within {@link #PERIOD}, whichever is more.
 */
final class SourceCheck {
    /** How much of what is unchanged is read again by each snapshot at least. */
    static final long ROTATION_BYTES = 64L << 20;
    /** Within what time all that is unchanged has been read again. */
    static final Duration PERIOD = Duration.ofDays(7);

    private static final int NAMED = 12;

    private final Workplace workplace;
    private final StoreSnapshot checkpoint;
    private final @Nullable Manifest previous;
    private final Repository repository;
    private final ObjectFolder objects;
    private final boolean all;
    private final Meter meter;
    private final Map<String, Manifest.StoredFile> known = new HashMap<>();
    private final Map<StoreSnapshot.File, String> rotten = new LinkedHashMap<>();

    /**
     * @param previous the snapshot before, or null
     * @param all read everything
     */
    SourceCheck(
            Workplace workplace,
            StoreSnapshot checkpoint,
            @Nullable Manifest previous,
            Repository repository,
            boolean all,
            Meter meter) {
        this.workplace = workplace;
        this.checkpoint = checkpoint;
        this.previous = previous;
        this.repository = repository;
        this.objects = repository.objects();
        this.all = all;
        this.meter = meter;
        if (previous != null && previous.storeId().equals(checkpoint.storeId()) && isSameLine(previous)) {
            previous.files().forEach(file -> known.put(file.name(), file));
        }
    }

    /** Names of tables come again in a store that was made from a snapshot or of which an older copy was put in place. */
    private boolean isSameLine(Manifest before) {
        Optional<String> then = before.files().stream()
                .filter(file -> file.name().equals(StoreSnapshot.ORIGIN))
                .map(Manifest.StoredFile::sha256)
                .findFirst();
        if (then.isEmpty()) {
            return true;
        }
        try {
            return then.get()
                    .equals(Durable.digest(
                                    Files.readAllBytes(checkpoint.folder().resolve(StoreSnapshot.ORIGIN)))
                            .toString());
        } catch (IOException e) {
            throw Refusal.io("reading", checkpoint.folder().resolve(StoreSnapshot.ORIGIN), e);
        }
    }

    /**
     * @param hashes of every file
     * @param reread those whose copies in the repository are to be read again too
     */
    record Result(Map<StoreSnapshot.File, Digest> hashes, Set<StoreSnapshot.File> reread) {}

    /** @throws OperatorException {@link Reason#UNSOUND} if a table is not as it was born; the incident hold is then on */
    Result check() throws IOException, InterruptedException {
        Births.Found births = workplace.live().births(checkpoint);
        Map<StoreSnapshot.File, Digest> hashes = new LinkedHashMap<>();
        Set<StoreSnapshot.File> toRead = new HashSet<>();
        List<StoreSnapshot.File> unchanged = new ArrayList<>();
        Set<StoreSnapshot.File> reread = new HashSet<>();
        for (StoreSnapshot.File file : checkpoint.files()) {
            String unsound = births.unsound().get(file.name());
            Birth birth = births.births().get(file.name());
            if (unsound != null) {
                rotten.put(file, unsound);
            } else if (birth == null) {
                toRead.add(file);
            } else if (differsFromBefore(file, birth.sha256())) {
                Manifest.StoredFile was = known.get(file.name());
                rotten.put(
                        file,
                        "expected SHA-256 " + (was == null ? "" : was.sha256()) + " as in the snapshot before,"
                                + " found " + birth.sha256());
            } else if (!isStored(file, birth)) {
                toRead.add(file);
            } else if (Births.modified(path(file)) == birth.modifiedNanos()) {
                unchanged.add(file);
                hashes.put(file, birth.sha256());
            } else {
                reread.add(file);
            }
        }
        reread.addAll(rotation(unchanged, births.births()));
        reread.addAll(writtenTo(unchanged, births.births()));
        toRead.addAll(reread);
        read(toRead, births.births(), hashes);
        noteLateBirths(births.births());
        if (!rotten.isEmpty()) {
            throw refusal();
        }
        Map<StoreSnapshot.File, Digest> inOrder = new LinkedHashMap<>();
        for (StoreSnapshot.File file : checkpoint.files()) {
            Digest digest = hashes.get(file);
            if (digest == null) {
                throw new IllegalStateException("no hash was taken of " + file.name());
            }
            inOrder.put(file, digest);
        }
        return new Result(inOrder, reread);
    }

    private void noteLateBirths(Map<String, Birth> births) {
        List<Birth> late = births.values().stream()
                .filter(birth -> birth.evidence() == Birth.Evidence.BLOCKS_ONLY)
                .toList();
        if (!late.isEmpty()) {
            long since = late.stream().mapToLong(Birth::modifiedNanos).min().orElseThrow();
            meter.note(late.size() + " tables are older than birth hashes, the oldest of "
                    + Instant.ofEpochSecond(0, since)
                    + ": what they were before they were hashed is vouched for by their blocks' checksums only");
        }
    }

    private boolean isStored(StoreSnapshot.File file, Birth birth) throws IOException {
        OptionalLong stored = objects.size(birth.sha256().toString());
        return stored.isPresent() && stored.getAsLong() == file.size();
    }

    private boolean differsFromBefore(StoreSnapshot.File file, Digest digest) {
        Manifest.StoredFile was = known.get(file.name());
        return was != null
                && !file.columnFamily().isEmpty()
                && SnapshotTaker.stored(file, Digest.parse(was.sha256())).equals(was)
                && !digest.toString().equals(was.sha256());
    }

    private Set<StoreSnapshot.File> rotation(List<StoreSnapshot.File> unchanged, Map<String, Birth> births) {
        if (all) {
            return new HashSet<>(unchanged);
        }
        long total = unchanged.stream().mapToLong(StoreSnapshot.File::size).sum();
        long budget = Math.max(ROTATION_BYTES, share(total));
        List<StoreSnapshot.File> oldestFirst = new ArrayList<>(unchanged);
        oldestFirst.sort(Comparator.comparing((StoreSnapshot.File file) -> readAt(births.get(file.name())))
                .thenComparing(StoreSnapshot.File::name));
        Set<StoreSnapshot.File> chosen = new HashSet<>();
        long bytes = 0;
        for (StoreSnapshot.File file : oldestFirst) {
            if (bytes >= budget) {
                break;
            }
            chosen.add(file);
            bytes += file.size();
        }
        return chosen;
    }

    /** Those whose copies in the repository have a later time of change than the manifest that came after them. */
    private Set<StoreSnapshot.File> writtenTo(List<StoreSnapshot.File> unchanged, Map<String, Birth> births)
            throws IOException {
        Optional<Path> manifest = previous == null
                ? Optional.empty()
                : repository.backend().localFile(Repository.manifestName(previous.id()));
        Set<StoreSnapshot.File> written = new HashSet<>();
        if (manifest.isEmpty()) {
            return written;
        }
        FileTime finished = Files.getLastModifiedTime(manifest.get());
        for (StoreSnapshot.File file : unchanged) {
            Birth birth = births.get(file.name());
            Optional<Path> object = birth == null
                    ? Optional.empty()
                    : repository
                            .backend()
                            .localFile(ObjectFolder.name(birth.sha256().toString()));
            if (object.isPresent() && Files.getLastModifiedTime(object.get()).compareTo(finished) > 0) {
                written.add(file);
            }
        }
        return written;
    }

    private static Instant readAt(@Nullable Birth birth) {
        return birth == null ? Instant.EPOCH : birth.readAt();
    }

    private long share(long total) {
        if (previous == null) {
            return 0;
        }
        Duration since = Duration.between(previous.created(), workplace.clock().instant());
        double part = Math.clamp((double) since.toMillis() / PERIOD.toMillis(), 0, 1);
        return (long) Math.ceil(total * part);
    }

    private void read(Set<StoreSnapshot.File> files, Map<String, Birth> births, Map<StoreSnapshot.File, Digest> hashes)
            throws IOException, InterruptedException {
        meter.begin("comparing files with their birth hashes", files.size(), "files");
        List<Path> sound = new ArrayList<>();
        for (StoreSnapshot.File file : checkpoint.files()) {
            if (!files.contains(file)) {
                continue;
            }
            Digest digest = Durable.digest(path(file), meter);
            hashes.put(file, digest);
            Birth birth = births.get(file.name());
            if (birth != null) {
                if (digest.equals(birth.sha256())) {
                    sound.add(path(file));
                } else {
                    rotten.put(file, "expected SHA-256 " + birth.sha256() + " as it was born, found " + digest);
                }
            } else if (differsFromBefore(file, digest)) {
                rotten.put(file, "expected another SHA-256, found " + digest);
            }
            meter.done(1);
        }
        workplace.live().reread(sound);
    }

    private OperatorException refusal() throws InterruptedException {
        List<Manifest.StoredFile> files = rotten.keySet().stream()
                .map(file -> SnapshotTaker.stored(file, Durable.digest(new byte[0])))
                .toList();
        List<Concerned> concerned = LiveReach.of(checkpoint, files, workplace.clock(), meter);
        StringBuilder words = new StringBuilder();
        rotten.forEach((file, why) -> words.append(words.isEmpty() ? "" : "; ")
                .append("file ")
                .append(file.name())
                .append(" of the store (")
                .append(file.columnFamily())
                .append(") is not as it was written: ")
                .append(why));
        List<Concerned> hit = concerned.stream()
                .filter(one -> !one.what().equals(LiveReach.IN_RANGE))
                .toList();
        List<Concerned> shown = hit.isEmpty() ? concerned : hit;
        words.append(". Concerned: ")
                .append(shown.stream().limit(NAMED).map(Concerned::text).collect(Collectors.joining("; ")));
        if (shown.size() > NAMED) {
            words.append("; and ").append(shown.size() - NAMED).append(" more mailboxes");
        }
        long others = concerned.stream().mapToLong(Concerned::messages).sum()
                - shown.stream().mapToLong(Concerned::messages).sum();
        if (others > 0) {
            words.append("; ")
                    .append(others)
                    .append(" further messages lie in the file and read as they should so far");
        }
        words.append(words.charAt(words.length() - 1) == '.' ? " Nothing was copied" : ". Nothing was copied");
        String text = words.toString();
        var hold = IncidentHolds.of(workplace).raise("snapshot", brief(hit), concerned);
        return new OperatorException(
                Reason.UNSOUND,
                text,
                "The store's disk or this machine's memory is failing. Keep the older snapshots: they hold those files"
                        + " as they were, and the incident hold " + hold.id() + ", which is on now, keeps them from"
                        + " being pruned. 'understudy repo hold' lists all mail that is concerned; 'understudy repair"
                        + " --snapshot latest --dry-run', with the server stopped, shows the sound store that can be made of"
                        + " both (docs/runbooks/rotted-backup.md).");
    }

    private String brief(List<Concerned> hit) {
        String names = rotten.keySet().stream()
                .map(file -> file.name() + " (" + file.columnFamily() + ")")
                .collect(Collectors.joining(", "));
        long messages = hit.stream().mapToLong(Concerned::messages).sum();
        long users = hit.stream().map(Concerned::user).distinct().count();
        return "file " + names + " of the live store is not as it was written, so the snapshot was refused"
                + (messages == 0
                        ? ""
                        : "; of " + users + (users == 1 ? " user " : " users ") + messages
                                + (messages == 1 ? " message is" : " messages are") + " lost there");
    }

    private Path path(StoreSnapshot.File file) {
        return checkpoint.folder().resolve(file.name());
    }
}
