package org.understudy.restore.repository.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.SignatureCheck;
import org.understudy.restore.repository.Trust;
import org.understudy.restore.repository.TrustedKeys;
import org.understudy.restore.repository.log.LogHead.Reason;
import org.understudy.storage.MailStore;
import org.understudy.storage.StoreLog;
import org.understudy.storage.keyspace.Digest;

/** Where the archiver stands: the newest segment of the repository, and the line that is being written. */
final class Lines {
    private final Bases bases;
    private @Nullable LogHead tip;
    private String tipSha256;
    private long nextNumber;
    private @Nullable Instant upTo;
    private LogHead.@Nullable Start beginning;
    private boolean compared;

    private Lines(Bases bases, @Nullable LogHead tip, String tipSha256, long nextNumber, @Nullable Instant upTo) {
        this.bases = bases;
        this.tip = tip;
        this.tipSha256 = tipSha256;
        this.nextNumber = nextNumber;
        this.upTo = upTo;
    }

    /** Goes on from the newest segment that is sound; files after it that are not stay where they are. */
    static Lines read(Repository repository, LogFiles files, Path keys) throws IOException {
        Bases bases = Bases.of(repository, keys);
        SignatureCheck check = new SignatureCheck(repository, TrustedKeys.load(keys));
        List<LogFiles.Entry> entries = files.list();
        long next = 1;
        for (LogFiles.Entry entry : entries) {
            OptionalLong number = SegmentFile.number(entry.name());
            next = number.isPresent() ? Math.max(next, number.getAsLong() + 1) : next;
        }
        for (LogFiles.Entry entry : entries.reversed()) {
            OptionalLong number = SegmentFile.number(entry.name());
            if (number.isEmpty()) {
                continue;
            }
            Lines lines = from(repository, files, entry, number.getAsLong(), check, keys, bases, next);
            if (lines != null) {
                return lines;
            }
        }
        return new Lines(bases, null, "", next, null);
    }

    /** Null where the file is not a sound segment, which verifying the repository reports. */
    private static @Nullable Lines from(
            Repository repository,
            LogFiles files,
            LogFiles.Entry entry,
            long number,
            SignatureCheck check,
            Path keys,
            Bases bases,
            long next)
            throws IOException {
        SegmentFile.Signed signed;
        try {
            signed = SegmentFile.head(files, entry.name());
        } catch (SegmentFile.DamagedException e) {
            return null;
        }
        LogHead head = signed.head();
        if (head.number() != number
                || !head.repositoryId().equals(repository.id())
                || signed.size() != entry.size()
                || check.weigh(head.signingKey(), signed.bytes(), signed.signature()) == Trust.NONE) {
            return null;
        }
        Instant upTo = ArchivePin.read(keys, repository.id())
                .filter(pin -> pin.headSha256().equals(signed.sha256()))
                .map(ArchivePin::upTo)
                .filter(pinned -> pinned.isAfter(head.upTo()))
                .orElse(head.upTo());
        return new Lines(bases, head, signed.sha256(), next, upTo);
    }

    long nextNumber() {
        return nextNumber;
    }

    /** End of what is complete; null before the first segment. */
    @Nullable
    Instant upTo() {
        return upTo;
    }

    /** No effect that comes now may be of an earlier moment, in milliseconds since 1970 UTC. */
    long floor() {
        LogHead.Start start = beginning;
        Instant complete = upTo;
        long floor = complete == null ? 0 : complete.toEpochMilli() + 1;
        return start == null ? floor : Math.max(floor, start.baseAt().toEpochMilli());
    }

    long nextSequence() {
        LogHead.Start start = beginning;
        if (start != null) {
            return start.firstSequence();
        }
        LogHead head = tip;
        if (head == null) {
            throw new IllegalStateException("no line has begun");
        }
        return head.lastSequence() + 1;
    }

    /** Whether the next segment begins a line. */
    boolean isBeginning() {
        return beginning != null;
    }

    /** Why the live store's log does not go on from the newest segment, or null if it does. */
    @Nullable
    Reason broken(MailStore live, Log log, StoreLog.End end) {
        LogHead head = tip;
        if (head == null) {
            return Reason.FIRST;
        }
        if (!head.storeId().equals(live.storeId())
                || !head.storeLine().equals(live.log().line())) {
            return Reason.OTHER_STORE;
        }
        if (end.sequence() < head.lastSequence()) {
            return Reason.TURNED_BACK;
        }
        if (!compared) {
            if (!head.lastEffect().isEmpty() && log.differs(head.lastRow(), head.lastEffect())) {
                return Reason.TURNED_BACK;
            }
            compared = true;
        }
        return null;
    }

    /** The oldest snapshot behind which the log is still there, so that a new line may begin with it. */
    Optional<Bases.Base> base(Reason reason, MailStore live, Log log, StoreLog.End end) {
        if (reason == Reason.TURNED_BACK) {
            return Optional.empty();
        }
        LogHead head = tip;
        long lost = reason == Reason.LOG_GONE && head != null ? head.lastSequence() : -1;
        String storeLine = live.log().line();
        return bases.all().stream()
                .filter(base -> base.isOf(live.storeId(), storeLine))
                .filter(base -> base.sequence() > lost && base.sequence() <= end.sequence())
                .filter(base -> log.reaches(base.sequence() + 1, end))
                .findFirst();
    }

    /** Begins a line with the row behind a snapshot, whose last effect is of {@code at} where the log says so. */
    void beginAfter(Bases.Base base, Reason reason, MailStore live, OptionalLong at, StoreLog.End end) {
        begin(reason, base.sequence() + 1, at.isPresent() ? at.getAsLong() : end.before() - 1, 0);
    }

    /** Begins a line with what comes from now on. */
    void beginAt(Reason reason, MailStore live, StoreLog.End end) {
        if (reason == Reason.TURNED_BACK) {
            live.log().renewLine();
        }
        begin(reason, end.sequence() + 1, end.before() - 1, reason == Reason.TURNED_BACK ? bases.newestNumber() : 0);
    }

    private void begin(Reason reason, long first, long baseAt, long notBefore) {
        Instant before = upTo;
        Instant at = Instant.ofEpochMilli(baseAt);
        LogHead.Start pending = beginning;
        // A line that was begun and never written is forgotten, with the words for the gap kept.
        beginning = new LogHead.Start(
                pending == null ? reason : pending.reason(),
                first,
                before != null && before.isAfter(at) ? before : at,
                notBefore,
                before);
        compared = true;
    }

    SegmentPlace place(String repositoryId, MailStore live, String keyId) {
        LogHead before = tip;
        LogHead.Start start = beginning;
        if (start == null && before == null) {
            throw new IllegalStateException("no line has begun");
        }
        return new SegmentPlace(
                tool(),
                repositoryId,
                nextNumber,
                live.storeId(),
                live.log().line(),
                start != null || before == null ? nextNumber : before.line(),
                start != null || before == null ? Objects.requireNonNull(start) : before.start(),
                start != null || before == null ? 0 : before.lastRow(),
                start != null || before == null ? "" : before.lastEffect(),
                keyId,
                before == null
                        ? null
                        : new LogHead.Previous(
                                before.number(),
                                tipSha256,
                                before.firstSequence(),
                                before.lastSequence(),
                                before.firstAt(),
                                before.upTo(),
                                before.users()));
    }

    /** The same moment, or the one up to which earlier segments are complete where that is later. */
    Instant notBefore(Instant moment) {
        Instant complete = upTo;
        return complete != null && complete.isAfter(moment) ? complete : moment;
    }

    void published(LogHead head, byte[] json) {
        tip = head;
        tipSha256 = Digest.of(Digest.sha256().digest(json)).toString();
        nextNumber = head.number() + 1;
        upTo = head.upTo();
        beginning = null;
    }

    boolean isQuietSince(Duration quiet, Instant now) {
        LogHead head = tip;
        return head != null && head.upTo().plus(quiet).isBefore(now);
    }

    /** Nothing happened up to that moment. */
    void quiet(Instant moment) {
        upTo = notBefore(moment);
    }

    ArchivePin pin(String repositoryId) {
        LogHead head = tip;
        Instant complete = upTo;
        if (head == null || complete == null) {
            throw new IllegalStateException("there is no segment");
        }
        return new ArchivePin(repositoryId, head.number(), tipSha256, complete);
    }

    /** Whether there is a snapshot onto which the line can be replayed. */
    boolean isBased(MailStore live) {
        LogHead head = tip;
        return head != null
                && bases.newest(live.storeId(), head.storeLine(), head.start().notBefore())
                        .filter(base -> base.sequence() >= head.start().firstSequence() - 1)
                        .isPresent();
    }

    /** Whether the repository has any snapshot of the store's line. */
    boolean hasSnapshot(MailStore live) {
        return bases.newest(live.storeId(), live.log().line(), 0).isPresent();
    }

    private static String tool() {
        String version = Lines.class.getPackage().getImplementationVersion();
        return "understudy " + (version == null ? "development" : version);
    }
}
