package org.understudy.restore.repository.backend.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.ByteMeter;
import org.understudy.restore.repository.backend.ChangedSourceException;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.restore.repository.backend.Payload;
import org.understudy.storage.keyspace.Digest;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * An upload in parts. What an earlier one left is taken over: each part that is there already, of the same size and with
 * the same SHA-256 (or the same MD5, where the service keeps no other), is not sent again.
 */
final class S3Upload {
    private final S3Service service;
    private final S3Conditions conditions;
    private final String name;
    private final String key;
    private final String place;
    private final int partBytes;
    private final S3Put.Held held;

    S3Upload(S3Service service, S3Conditions conditions, String name, int partBytes, S3Put.Held held) {
        this.service = service;
        this.conditions = conditions;
        this.name = name;
        this.key = service.key(name);
        this.place = service.location(name);
        this.partBytes = partBytes;
        this.held = held;
    }

    S3Put.Sent run(Payload payload, Existing existing, ByteMeter meter) throws IOException, InterruptedException {
        String upload = begunBefore();
        Map<Integer, Part> there = new HashMap<>();
        if (upload == null) {
            upload = begin();
        } else {
            there.putAll(parts(upload));
        }
        List<CompletedPart> done = new ArrayList<>();
        MessageDigest whole = Digest.sha256();
        MessageDigest ofParts = Digest.sha256();
        long size = 0;
        try (InputStream in = payload.open()) {
            byte[] piece = new byte[partBytes];
            for (int n = in.readNBytes(piece, 0, partBytes); n > 0; n = in.readNBytes(piece, 0, partBytes)) {
                whole.update(piece, 0, n);
                Digest sha = S3Put.sha256(piece, n);
                ofParts.update(sha.toBytes());
                int number = done.size() + 1;
                Part known = there.get(number);
                done.add(
                        known != null && isSame(known, piece, n, sha)
                                ? completed(number, known.eTag(), sha)
                                : send(upload, number, piece, n, sha));
                size += n;
                meter.bytes(n);
            }
        } catch (ChangedSourceException e) {
            // Its parts are those of a file that never was; nobody shall go on with them.
            abort(service, key, upload, place);
            throw e;
        }
        if (size != payload.size()) {
            abort(service, key, upload, place);
            throw new IOException("the bytes for " + place + " are " + size + ", not " + payload.size());
        }
        Digest content = Digest.of(whole.digest());
        String checksum = S3Put.base64(Digest.of(ofParts.digest())) + "-" + done.size();
        complete(upload, done, existing, size, checksum);
        return new S3Put.Sent(size, content, checksum);
    }

    /** The newest upload for this key that was not finished; older ones are given up. */
    private @Nullable String begunBefore() throws IOException {
        List<MultipartUpload> begun = new ArrayList<>();
        for (MultipartUpload one : list(service, key)) {
            if (one.key().equals(key)) {
                begun.add(one);
            }
        }
        begun.sort(java.util.Comparator.comparing(MultipartUpload::initiated));
        while (begun.size() > 1) {
            abort(service, key, begun.removeFirst().uploadId(), place);
        }
        return begun.isEmpty() ? null : begun.getFirst().uploadId();
    }

    private String begin() throws IOException {
        return service.call(
                "beginning to write",
                place,
                client -> client.createMultipartUpload(request -> request.bucket(service.bucket())
                                .key(key)
                                .contentType("application/octet-stream")
                                .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                                .checksumType(ChecksumType.COMPOSITE)
                                .objectLockMode(held.mode())
                                .objectLockRetainUntilDate(held.until()))
                        .uploadId());
    }

    private Map<Integer, Part> parts(String upload) throws IOException {
        return service.call("listing the parts of", place, client -> {
            Map<Integer, Part> parts = new HashMap<>();
            client.listPartsPaginator(
                            request -> request.bucket(service.bucket()).key(key).uploadId(upload))
                    .parts()
                    .forEach(part -> parts.put(part.partNumber(), part));
            return parts;
        });
    }

    private static boolean isSame(Part part, byte[] bytes, int length, Digest sha) {
        if (part.size() == null || part.size() != length) {
            return false;
        }
        if (part.checksumSHA256() != null) {
            return part.checksumSHA256().equals(S3Put.base64(sha));
        }
        String tag = part.eTag() == null ? "" : part.eTag().replace("\"", "");
        return tag.equals(md5(bytes, length));
    }

    /** The only digest that every S3 service has of a part; it tells whether to send one again, and is no proof. */
    private static String md5(byte[] bytes, int length) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update(bytes, 0, length);
            return HexFormat.of().formatHex(md5.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    private CompletedPart send(String upload, int number, byte[] bytes, int length, Digest sha) throws IOException {
        byte[] body = S3Put.exactly(bytes, length);
        String tag = service.call(
                "writing part " + number + " of",
                place,
                client -> client.uploadPart(
                                request -> request.bucket(service.bucket())
                                        .key(key)
                                        .uploadId(upload)
                                        .partNumber(number)
                                        .checksumSHA256(S3Put.base64(sha)),
                                RequestBody.fromBytes(body))
                        .eTag());
        return completed(number, tag, sha);
    }

    private static CompletedPart completed(int number, String tag, Digest sha) {
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(tag)
                .checksumSHA256(S3Put.base64(sha))
                .build();
    }

    private void complete(String upload, List<CompletedPart> parts, Existing existing, long size, String checksum)
            throws IOException {
        conditions.put(
                existing,
                place,
                condition -> {
                    try {
                        service.call(
                                "finishing",
                                place,
                                client -> client.completeMultipartUpload(request -> request.bucket(service.bucket())
                                        .key(key)
                                        .uploadId(upload)
                                        .ifNoneMatch(condition)
                                        .multipartUpload(list -> list.parts(parts))));
                    } catch (NoSuchFileException e) {
                        // The answer to an earlier attempt was lost, and the upload it finished is no more.
                        if (!isThere(size, checksum)) {
                            throw e;
                        }
                    }
                },
                () -> isThere(size, checksum));
    }

    private boolean isThere(long size, String checksum) throws IOException {
        var head = S3Backend.head(service, name, software.amazon.awssdk.services.s3.model.ChecksumMode.ENABLED);
        return head != null
                && head.contentLength() == size
                && (head.checksumSHA256() == null || head.checksumSHA256().equals(checksum));
    }

    /** Uploads that were begun and not finished, of keys that begin so. */
    static List<MultipartUpload> list(S3Service service, String prefix) throws IOException {
        return service.call(
                "listing uploads to",
                service.settings().location(),
                client -> client
                        .listMultipartUploadsPaginator(
                                request -> request.bucket(service.bucket()).prefix(prefix))
                        .uploads()
                        .stream()
                        .toList());
    }

    static void abort(S3Service service, String key, String upload, String place) throws IOException {
        try {
            service.call(
                    "giving up an upload to",
                    place,
                    client -> client.abortMultipartUpload(
                            request -> request.bucket(service.bucket()).key(key).uploadId(upload)));
        } catch (NoSuchFileException e) {
            // It is gone already, which is what was wanted.
            return;
        }
    }
}
