package org.understudy.restore.repository.backend.s3;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.Names;
import org.understudy.restore.repository.backend.PrivateFile;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Requests to one bucket: retried where that may help, and refused in an operator's words where it does not. */
final class S3Service implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final S3Settings settings;
    private final S3Tuning tuning;
    private @Nullable S3Client client;
    private boolean closed;

    S3Service(S3Settings settings, S3Tuning tuning) {
        this.settings = settings;
        this.tuning = tuning;
    }

    S3Settings settings() {
        return settings;
    }

    S3Tuning tuning() {
        return tuning;
    }

    String bucket() {
        return settings.bucket();
    }

    /** Key of a file in the bucket. */
    String key(String name) {
        return settings.prefix() + Names.require(name);
    }

    /** For people. */
    String location(String name) {
        return settings.location("/" + settings.prefix() + name);
    }

    /** One request. */
    interface Request<T> {
        T send(S3Client client);
    }

    /**
     * Sends a request.
     *
     * @param doing what it does, for the message of a failure: {@code reading}
     * @throws java.nio.file.NoSuchFileException if there is no such object
     * @throws org.understudy.storage.OperatorException where it is known what to do about it
     */
    <T> T call(String doing, String place, Request<T> request) throws IOException {
        try {
            return request.send(client());
        } catch (AbortedException e) {
            Thread.currentThread().interrupt();
            ClosedByInterruptException stopped = new ClosedByInterruptException();
            stopped.initCause(e);
            throw stopped;
        } catch (SdkException e) {
            throw S3Refusal.of(settings, doing, place, e);
        }
    }

    private synchronized S3Client client() {
        if (closed) {
            throw new IllegalStateException("the repository was closed");
        }
        S3Client known = client;
        if (known == null) {
            known = build();
            client = known;
        }
        return known;
    }

    private S3Client build() {
        BackoffStrategy pause = BackoffStrategy.exponentialDelay(tuning.firstDelay(), tuning.longestDelay());
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(settings.region()))
                .credentialsProvider(credentials())
                .forcePathStyle(settings.pathStyle())
                // Bodies are in memory, and not all services know the framing that is meant for streams.
                .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(SILENCE))
                .overrideConfiguration(
                        override -> override.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(tuning.attempts())
                                .backoffStrategy(pause)
                                .throttlingBackoffStrategy(pause)
                                .circuitBreakerEnabled(false)
                                .build()));
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        return builder.build();
    }

    private AwsCredentialsProvider credentials() {
        Path file = settings.credentialsFile();
        if (file != null) {
            PrivateFile.require(file, "credentials file");
            ProfileCredentialsProvider.Builder profile = ProfileCredentialsProvider.builder()
                    .profileFile(ProfileFile.builder()
                            .content(file)
                            .type(ProfileFile.Type.CREDENTIALS)
                            .build());
            if (settings.profile() != null) {
                profile.profileName(settings.profile());
            }
            return profile.build();
        }
        DefaultCredentialsProvider.Builder usual = DefaultCredentialsProvider.builder();
        if (settings.profile() != null) {
            usual.profileName(settings.profile());
        }
        return usual.build();
    }

    @Override
    public synchronized void close() {
        closed = true;
        S3Client known = client;
        if (known != null) {
            known.close();
            client = null;
        }
    }
}
