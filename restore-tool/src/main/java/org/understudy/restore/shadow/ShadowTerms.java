package org.understudy.restore.shadow;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.job.RestoreIds;
import org.understudy.restore.json.RestoreJson;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Digest;

/**
 * How long a shadow is kept, and who may look at it beside engineers: {@code shadows/ID/terms.json}. The file outlives
 * the shadow. Its form: {@code {"version":1,"terms":{...},"sha256":"..."}}, the digest being that of the octets of
 * {@code terms}; times as ISO 8601 in UTC, those that are null left out.
 *
 * @param keepUntil it is kept until then at least, as somebody has asked, or null
 * @param deleteAt when it will be deleted, or null while its restore is not finished
 * @param ownersUntil until when owners may look at their own, or null where the configuration decides
 * @param deletedAt when it was deleted, or null
 */
public record ShadowTerms(
        @Nullable Instant keepUntil,
        @Nullable Instant deleteAt,
        @Nullable Instant ownersUntil,
        @Nullable Instant deletedAt) {
    /** Of a shadow for which nothing was said. */
    public static final ShadowTerms NONE = new ShadowTerms(null, null, null, null);

    private static final int VERSION = 1;
    private static final String FILE = "terms.json";

    private record Form(
            int version,
            @Nullable ShadowTerms terms,
            @Nullable String sha256) {}

    public ShadowTerms keptUntil(Instant until) {
        Instant whole = until.truncatedTo(ChronoUnit.SECONDS);
        Instant delete = deleteAt == null || deleteAt.isAfter(whole) ? deleteAt : whole;
        return new ShadowTerms(whole, delete, ownersUntil, deletedAt);
    }

    public ShadowTerms toBeDeleted(@Nullable Instant at) {
        return new ShadowTerms(keepUntil, at, ownersUntil, deletedAt);
    }

    public ShadowTerms openToOwners(Instant until) {
        return new ShadowTerms(keepUntil, deleteAt, until.truncatedTo(ChronoUnit.SECONDS), deletedAt);
    }

    public ShadowTerms deleted(Instant at) {
        return new ShadowTerms(keepUntil, deleteAt, ownersUntil, at.truncatedTo(ChronoUnit.SECONDS));
    }

    /** @param otherwise what the configuration says */
    public boolean ownersMayLook(Instant now, boolean otherwise) {
        return deletedAt == null && (ownersUntil == null ? otherwise : now.isBefore(ownersUntil));
    }

    /**
     * The terms of a restore's shadow; {@link #NONE} where nothing was said yet.
     *
     * @throws OperatorException {@link Reason#CONFLICT} if the file is damaged or of a later version
     */
    public static ShadowTerms read(Path shadows, String id) {
        Path file = shadows.resolve(RestoreIds.checked(id)).resolve(FILE);
        try {
            Form form = RestoreJson.read(Files.readString(file), Form.class);
            if (form.version() != VERSION) {
                throw unreadable(file, "has version " + form.version() + ", this program knows " + VERSION, null);
            }
            ShadowTerms terms = form.terms();
            if (terms == null || !digest(terms).equals(form.sha256())) {
                throw unreadable(file, "does not agree with the digest in it", null);
            }
            return terms;
        } catch (NoSuchFileException e) {
            return NONE;
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + file, e);
        } catch (IllegalArgumentException e) {
            throw unreadable(file, "is " + e.getMessage(), e);
        }
    }

    /** Writes the terms, durably. To be called with the restore's lock held. */
    public ShadowTerms write(Path shadows, String id) {
        Path folder = shadows.resolve(RestoreIds.checked(id));
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw OnDisk.failure("cannot make " + folder, e);
        }
        OnDisk.replace(folder, FILE, RestoreJson.write(new Form(VERSION, this, digest(this))));
        return this;
    }

    /** @throws OperatorException {@link Reason#NOT_FOUND} if the shadow was deleted; it says what to do */
    public void requireKept(String id) {
        if (deletedAt != null) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "the shadow of restore " + id + " was deleted at " + deletedAt + ", since its time was over",
                    "A merge can still be undone with 'understudy restore undo " + id
                            + "'. For anything else, stage the"
                            + " source again as a new restore; 'restore keep' keeps a shadow longer.");
        }
    }

    private static String digest(ShadowTerms terms) {
        return Digest.of(Digest.sha256().digest(RestoreJson.write(terms).getBytes(StandardCharsets.UTF_8)))
                .toString();
    }

    private static OperatorException unreadable(Path file, String why, @Nullable Throwable cause) {
        return new OperatorException(
                Reason.CONFLICT,
                file + " " + why,
                "Bring the file back from a copy. Without it the shadow's dates are forgotten: it is then kept as the"
                        + " configuration says, and owners cannot look at it unless the configuration lets them.",
                cause);
    }
}
