package org.understudy.restore.repository.backend.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.understudy.restore.repository.backend.Backend;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** A real S3 service in this process, over a folder, with a bucket and faults on request. */
public final class S3Server implements AutoCloseable {
    public static final String BUCKET = "backups";
    public static final String PREFIX = "mail/";
    private static final String ACCESS_KEY = "AKIATESTACCESSKEY";
    public static final String SECRET = "a-secret-that-must-not-be-shown";
    static final S3Tuning QUICK = new S3Tuning(
            5 << 20, 5, Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofSeconds(60), Duration.ofDays(7));

    private final Path folder;
    private final S3Proxy proxy;
    public final Path credentials;
    /** How many of the next writes are refused as if there were too many. */
    public final AtomicInteger throttled = new AtomicInteger();
    /** How many parts were taken. */
    public final AtomicInteger parts = new AtomicInteger();
    /** How many parts are taken before the service fails for good; negative for ever. */
    public final AtomicInteger partsLeft = new AtomicInteger(-1);
    /** Whether conditions of writes are ignored, as older services do. */
    public volatile boolean ignoresConditions;
    /** Whether conditions of writes are refused as not implemented. */
    public volatile boolean refusesConditions;

    public S3Server(Path root) throws Exception {
        folder = Files.createDirectories(root.resolve("s3-service"));
        credentials = root.resolve("credentials");
        Files.writeString(
                credentials,
                "[default]\naws_access_key_id = " + ACCESS_KEY + "\naws_secret_access_key = " + SECRET + "\n",
                StandardCharsets.US_ASCII);
        Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("rw-------"));
        BlobStore disk = new FilesystemNio2BlobStore(folder.toString());
        disk.createContainer(CreateBucketRequest.builder().bucket(BUCKET).build());
        proxy = S3Proxy.builder()
                .blobStore(new Faulty(disk))
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .stopTimeout(0)
                .build();
        proxy.start();
    }

    private final class Faulty extends ForwardingBlobStore {
        Faulty(BlobStore disk) {
            super(disk);
        }

        /** Takes the body first, or the client would see a broken pipe instead of the answer. */
        private void drain(InputStream in) {
            try {
                in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void fault(InputStream in) {
            if (throttled.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                drain(in);
                throw S3Exception.builder()
                        .statusCode(503)
                        .message("Please reduce your request rate")
                        .build();
            }
        }

        @Override
        public PutObjectResponse putBlob(PutObjectRequest request, InputStream in) {
            fault(in);
            boolean condition = request.ifNoneMatch() != null || request.ifMatch() != null;
            if (condition && refusesConditions) {
                drain(in);
                throw S3Exception.builder()
                        .statusCode(501)
                        .message("NotImplemented")
                        .build();
            }
            return super.putBlob(
                    condition && ignoresConditions
                            ? request.toBuilder()
                                    .ifNoneMatch(null)
                                    .ifMatch(null)
                                    .build()
                            : request,
                    in);
        }

        @Override
        public UploadPartResponse uploadMultipartPart(
                MultipartUpload upload, UploadPartRequest request, InputStream in) {
            fault(in);
            if (partsLeft.getAndUpdate(n -> Math.max(-1, n - 1)) == 0) {
                partsLeft.set(0);
                drain(in);
                throw S3Exception.builder()
                        .statusCode(500)
                        .message("the service is out of order")
                        .build();
            }
            UploadPartResponse response = super.uploadMultipartPart(upload, request, in);
            parts.incrementAndGet();
            return response;
        }

        @Override
        public CompleteMultipartUploadResponse completeMultipartUpload(
                MultipartUpload upload, CompleteMultipartUploadRequest request) {
            return super.completeMultipartUpload(upload, request);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + proxy.getPort());
    }

    S3Settings settings(S3Settings.ReadBack readBack) {
        return new S3Settings(endpoint(), "us-east-1", BUCKET, PREFIX, true, credentials, null, readBack, null);
    }

    /** A backend with small parts and short pauses. */
    public Backend open() {
        return open(Clock.systemUTC(), QUICK);
    }

    Backend open(Clock clock, S3Tuning tuning) {
        return new S3Backend(settings(S3Settings.ReadBack.CHECKSUM), clock, tuning);
    }

    /** Where the service keeps an object. */
    public Path file(String name) {
        return folder.resolve(BUCKET).resolve(PREFIX + name);
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the service does not stop", e);
        }
    }
}
