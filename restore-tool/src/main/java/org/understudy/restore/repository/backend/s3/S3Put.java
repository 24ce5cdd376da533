package org.understudy.restore.repository.backend.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.ByteMeter;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.restore.repository.backend.Payload;
import org.understudy.restore.repository.backend.UnequalCopyException;
import org.understudy.storage.keyspace.Digest;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Puts one object: in one request or in parts, and looks at it again. */
final class S3Put {
    private final S3Service service;
    private final S3Conditions conditions;
    private final Clock clock;
    private final String name;
    private final String key;
    private final String place;

    S3Put(S3Service service, S3Conditions conditions, Clock clock, String name) {
        this.service = service;
        this.conditions = conditions;
        this.clock = clock;
        this.name = name;
        this.key = service.key(name);
        this.place = service.location(name);
    }

    /**
     * What was sent.
     *
     * @param content of all bytes
     * @param checksum as the service would name it: SHA-256 in Base64, of the parts' SHA-256 with {@code -} and their
     *     number where there are parts
     */
    record Sent(long size, Digest content, String checksum) {}

    /** What object lock is asked of the service. */
    record Held(@Nullable ObjectLockMode mode, @Nullable Instant until) {}

    void put(Payload payload, Existing existing, ByteMeter meter) throws IOException, InterruptedException {
        if (existing == Existing.REFUSE && head(false) != null) {
            throw new FileAlreadyExistsException(place);
        }
        int part = service.tuning().partBytes(payload.size());
        Sent sent = payload.size() <= part
                ? whole(payload, existing, meter)
                : new S3Upload(service, conditions, name, part, held()).run(payload, existing, meter);
        compare(sent, meter);
    }

    private Sent whole(Payload payload, Existing existing, ByteMeter meter) throws IOException, InterruptedException {
        byte[] bytes;
        try (InputStream in = payload.open()) {
            bytes = in.readNBytes((int) payload.size());
            if (bytes.length != payload.size() || in.read() >= 0) {
                throw new IOException("the bytes for " + place + " are not " + payload.size() + ", as announced");
            }
        }
        meter.bytes(bytes.length);
        Digest content = Durable.digest(bytes);
        String checksum = base64(content);
        Held held = held();
        conditions.put(
                existing,
                place,
                condition -> service.call(
                        "writing",
                        place,
                        client -> client.putObject(
                                PutObjectRequest.builder()
                                        .bucket(service.bucket())
                                        .key(key)
                                        .ifNoneMatch(condition)
                                        .checksumSHA256(checksum)
                                        .contentType("application/octet-stream")
                                        .objectLockMode(held.mode())
                                        .objectLockRetainUntilDate(held.until())
                                        .build(),
                                RequestBody.fromBytes(bytes))),
                () -> isThere(bytes.length, checksum));
        return new Sent(bytes.length, content, checksum);
    }

    /** Whether the object is the very one that was sent: the answer to a first attempt may have been lost. */
    private boolean isThere(long size, String checksum) throws IOException {
        HeadObjectResponse head = head(true);
        return head != null && head.contentLength() == size && checksum.equals(head.checksumSHA256());
    }

    private void compare(Sent sent, ByteMeter meter) throws IOException, InterruptedException {
        HeadObjectResponse head = head(true);
        String expected = sent.size() + " bytes, SHA-256 " + sent.content();
        if (head == null) {
            throw new UnequalCopyException(place, expected, "no object");
        }
        if (head.contentLength() != sent.size()) {
            throw unequal(expected, head.contentLength() + " bytes");
        }
        String reported = head.checksumSHA256();
        if (reported != null && !reported.equals(sent.checksum())) {
            throw unequal("SHA-256 " + sent.checksum() + " (Base64)", reported);
        }
        if (reported == null || service.settings().readBack() == S3Settings.ReadBack.FULL) {
            try (InputStream in = new S3Read(service, name, 0)) {
                Digest back = Durable.digest(in, meter);
                if (!back.equals(sent.content())) {
                    throw unequal(expected, "SHA-256 " + back);
                }
            }
        }
    }

    /** An object that is not what was sent must not keep its name. */
    private IOException unequal(String expected, String found) throws IOException {
        service.call(
                "deleting",
                place,
                client -> client.deleteObject(
                        request -> request.bucket(service.bucket()).key(key)));
        return new UnequalCopyException(place, expected, found);
    }

    private @Nullable HeadObjectResponse head(boolean checksum) throws IOException {
        return S3Backend.head(service, name, checksum ? ChecksumMode.ENABLED : null);
    }

    private Held held() {
        S3Settings.Retention retention = service.settings().retention();
        if (retention == null) {
            return new Held(null, null);
        }
        ObjectLockMode mode = switch (retention.mode()) {
            case GOVERNANCE -> ObjectLockMode.GOVERNANCE;
            case COMPLIANCE -> ObjectLockMode.COMPLIANCE;
        };
        return new Held(mode, clock.instant().plus(retention.keep()));
    }

    static String base64(Digest digest) {
        return Base64.getEncoder().encodeToString(digest.toBytes());
    }

    static Digest sha256(byte[] bytes, int length) {
        MessageDigest sha = Digest.sha256();
        sha.update(bytes, 0, length);
        return Digest.of(sha.digest());
    }

    static byte[] exactly(byte[] bytes, int length) {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** A request of which a condition may be a part. */
    interface Conditional {
        void send(@Nullable String ifNoneMatch) throws IOException;
    }

    /** Asked when a condition did not hold. */
    interface Question {
        boolean answer() throws IOException;
    }

    /** Marker of requests that failed for a condition; kept apart from other refusals of the service. */
    static boolean conditionFailed(IOException e) {
        return e.getCause() instanceof SdkException sdk && S3Refusal.conditionFailed(sdk);
    }
}
