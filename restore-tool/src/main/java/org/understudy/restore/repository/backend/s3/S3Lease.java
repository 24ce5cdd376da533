package org.understudy.restore.repository.backend.s3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.WriterLock;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The lock of a bucket: a lease, which its holder renews while it works, and which others may take over when it has not
 * been renewed for its whole time. Age is told by the service's clock alone.
 *
 * <p>Where the service offers conditional writes, the lease is the one object {@code lock}: made only if there is none,
 * renewed and taken over only if it is still the one that was read. Where it does not, each writer makes an object of its
 * own in {@code locks/} and then looks for others: whoever sees another steps back, so that of two that come together
 * perhaps none is let in, and never both.
 */
final class S3Lease implements WriterLock {
    static final String NAME = "lock";
    static final String FOLDER = "locks/";
    private static final int TRIES = 4;

    private final S3Service service;
    private final String name;
    private final byte[] text;
    private final Duration lease;
    private final Thread renewing;
    private volatile String tag;
    private volatile long renewedNanos;
    private volatile @Nullable String lost;
    private volatile boolean released;

    private S3Lease(S3Service service, String name, byte[] text, String tag, long writtenNanos) {
        this.service = service;
        this.name = name;
        this.text = text;
        this.lease = service.tuning().lease();
        this.tag = tag;
        this.renewedNanos = writtenNanos;
        this.renewing = Thread.ofPlatform().daemon().name("repository-lease").unstarted(this::renew);
    }

    /** @throws OperatorException {@link Reason#BUSY} if another writer has it, naming that writer */
    static S3Lease acquire(S3Service service, S3Conditions conditions, String purpose, Instant now) throws IOException {
        // The random part makes each lease another object than all before it.
        byte[] text = (WriterLock.holder(purpose, now) + "\nlease " + UUID.randomUUID() + "\n")
                .getBytes(StandardCharsets.UTF_8);
        S3Lease lease = null;
        if (conditions.offered()) {
            lease = byCondition(service, conditions, text);
        }
        if (lease == null) {
            lease = byLooking(service, text);
        }
        lease.renewing.start();
        return lease;
    }

    /** Null where the service turns out not to know conditions. */
    private static @Nullable S3Lease byCondition(S3Service service, S3Conditions conditions, byte[] text)
            throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Seen seen = look(service, NAME);
            if (seen != null && seen.live()) {
                throw busy(service, seen);
            }
            long began = System.nanoTime();
            try {
                String tag = seen == null
                        ? write(service, NAME, text, "*", null)
                        : write(service, NAME, text, null, seen.tag());
                if (seen == null && ignoresConditions(service, text)) {
                    conditions.notOffered();
                    delete(service, NAME);
                    return null;
                }
                return new S3Lease(service, NAME, text, tag, began);
            } catch (IOException e) {
                if (e.getCause() instanceof SdkException sdk && S3Refusal.notOffered(sdk)) {
                    conditions.notOffered();
                    return null;
                }
                if (!S3Put.conditionFailed(e) && !(e instanceof NoSuchFileException)) {
                    throw e;
                }
                // Another was faster, or the answer to our own first attempt was lost.
                Seen now = look(service, NAME);
                if (now != null && now.text().equals(new String(text, StandardCharsets.UTF_8))) {
                    return new S3Lease(service, NAME, text, now.tag(), began);
                }
            }
        }
        Seen seen = look(service, NAME);
        throw seen == null ? crowded(service) : busy(service, seen);
    }

    /** Whether a second write under the same condition, which must fail, is let through. */
    private static boolean ignoresConditions(S3Service service, byte[] text) throws IOException {
        try {
            write(service, NAME, text, "*", null);
            return true;
        } catch (IOException e) {
            if (S3Put.conditionFailed(e)) {
                return false;
            }
            throw e;
        }
    }

    private static S3Lease byLooking(S3Service service, byte[] text) throws IOException {
        String own =
                FOLDER + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        for (int i = 0; i < TRIES; i++) {
            long began = System.nanoTime();
            String tag = write(service, own, text, null, null);
            boolean alone = false;
            try {
                Seen other = another(service, own);
                alone = other == null;
                if (other != null && i == TRIES - 1) {
                    throw busy(service, other);
                }
            } finally {
                if (!alone) {
                    delete(service, own);
                }
            }
            if (alone) {
                return new S3Lease(service, own, text, tag, began);
            }
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(100_000_000, 400_000_000));
        }
        throw crowded(service);
    }

    /** A live lease of another writer; those that ran out are removed. */
    private static @Nullable Seen another(S3Service service, String own) throws IOException {
        String prefix = service.settings().prefix() + FOLDER;
        List<S3Object> all = service.call(
                "listing",
                service.location(FOLDER),
                client -> new ArrayList<>(client.listObjectsV2(
                                request -> request.bucket(service.bucket()).prefix(prefix))
                        .contents()));
        for (S3Object one : all) {
            String name = FOLDER + one.key().substring(prefix.length());
            Seen seen = name.equals(own) ? null : look(service, name);
            if (seen != null && seen.live()) {
                return seen;
            }
            if (seen != null) {
                delete(service, name);
            }
        }
        return null;
    }

    /** @param left how long it holds if it is not renewed; by the service's clock */
    private record Seen(String tag, String text, Duration left) {
        boolean live() {
            return left.isPositive();
        }

        String holder() {
            int end = text.indexOf('\n');
            return (end < 0 ? text : text.substring(0, end)).strip();
        }
    }

    private static @Nullable Seen look(S3Service service, String name) throws IOException {
        try {
            return service.call("reading the lock", service.location(name), client -> {
                var read = client.getObjectAsBytes(
                        request -> request.bucket(service.bucket()).key(service.key(name)));
                GetObjectResponse response = read.response();
                Instant now = response.sdkHttpResponse()
                        .firstMatchingHeader("Date")
                        .map(date -> java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from))
                        .orElse(response.lastModified());
                Duration age = Duration.between(response.lastModified(), now);
                return new Seen(
                        response.eTag(),
                        new String(read.asByteArrayUnsafe(), StandardCharsets.UTF_8),
                        service.tuning().lease().minus(age));
            });
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static String write(
            S3Service service, String name, byte[] text, @Nullable String ifNoneMatch, @Nullable String ifMatch)
            throws IOException {
        PutObjectResponse response = service.call(
                "writing the lock",
                service.location(name),
                client -> client.putObject(
                        request -> request.bucket(service.bucket())
                                .key(service.key(name))
                                .ifNoneMatch(ifNoneMatch)
                                .ifMatch(ifMatch)
                                .contentType("text/plain; charset=utf-8"),
                        RequestBody.fromBytes(text)));
        return response.eTag();
    }

    private static void delete(S3Service service, String name) throws IOException {
        service.call(
                "removing the lock",
                service.location(name),
                client -> client.deleteObject(
                        request -> request.bucket(service.bucket()).key(service.key(name))));
    }

    private static OperatorException busy(S3Service service, Seen seen) {
        return new OperatorException(
                Reason.BUSY,
                "repository " + service.settings().location() + " is being written by another process: "
                        + seen.holder(),
                "Wait until that is done. If that process is gone, its lease ends by itself within "
                        + Math.max(1, seen.left().toSeconds()) + " s; then run the command again.");
    }

    private static OperatorException crowded(S3Service service) {
        return new OperatorException(
                Reason.BUSY,
                "repository " + service.settings().location() + " is wanted by several processes at once",
                "Run the command again in a minute.");
    }

    private void renew() {
        long pause = lease.toNanos() / 4;
        while (!released && lost == null) {
            LockSupport.parkNanos(pause);
            if (released) {
                return;
            }
            long began = System.nanoTime();
            try {
                synchronized (this) {
                    if (!released) {
                        tag = write(service, name, text, null, name.equals(NAME) ? tag : null);
                        renewedNanos = began;
                    }
                }
            } catch (IOException | RuntimeException e) {
                lost = renewalFailed(e);
            }
        }
    }

    /** Null while there is still time to try again. */
    private @Nullable String renewalFailed(Exception e) {
        if (e instanceof IOException io && S3Put.conditionFailed(io)) {
            return "another process has taken it over";
        }
        return ranOut() ? "it could not be renewed (" + e.getMessage() + ")" : null;
    }

    private boolean ranOut() {
        // A request that is on its way when this is asked needs time to arrive.
        return System.nanoTime() - renewedNanos > lease.toNanos() * 9 / 10;
    }

    @Override
    public void requireHeld() {
        String why = lost;
        if (why == null && ranOut()) {
            why = "it was not renewed in time, since this machine or its network stood still";
        }
        if (why != null) {
            throw new OperatorException(
                    Reason.BUSY,
                    "the lock on the repository " + service.settings().location()
                            + " was lost while it was being written: " + why,
                    "Nothing is half done. Look at the network and at other machines that write into the same bucket,"
                            + " then run the command again.");
        }
    }

    @Override
    public void close() throws IOException {
        if (released) {
            return;
        }
        boolean mine;
        synchronized (this) {
            released = true;
            mine = lost == null && !ranOut();
        }
        LockSupport.unpark(renewing);
        boolean interrupted = Thread.interrupted();
        try {
            renewing.join(lease);
            if (mine) {
                delete(service, name);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
