package org.understudy.restore.repository.backend.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which bucket, and how to talk to its service.
 *
 * @param endpoint null for Amazon's own of the region
 * @param region also where a service of another maker wants none: requests are signed with it
 * @param prefix what all keys begin with; empty, or ending with {@code /}
 * @param pathStyle whether the bucket stands in the path of the URL instead of the host name
 * @param credentialsFile in the form of {@code ~/.aws/credentials}; null for the SDK's usual places
 * @param profile section of that file; null for {@code default}
 * @param readBack what is believed of an object that was put
 * @param retention how long objects cannot be deleted; null to say nothing about it
 */
public record S3Settings(
        @Nullable URI endpoint,
        String region,
        String bucket,
        String prefix,
        boolean pathStyle,
        @Nullable Path credentialsFile,
        @Nullable String profile,
        ReadBack readBack,
        @Nullable Retention retention) {

    public S3Settings {
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("a prefix ends with '/': " + prefix);
        }
    }

    /** What is believed of an object that was put. */
    public enum ReadBack {
        /** The SHA-256 that the service has of it; where it has none, it is read. */
        CHECKSUM,
        /** Nothing: every byte is fetched and compared. */
        FULL
    }

    /**
     * Object lock of the bucket.
     *
     * @param keep from the moment of the put
     */
    public record Retention(Mode mode, Duration keep) {
        /** Who may end it early. */
        public enum Mode {
            /** Those with the right to bypass it. */
            GOVERNANCE,
            /** Nobody. */
            COMPLIANCE
        }
    }

    /** For people: {@code s3://bucket/prefix}, and the endpoint where it is not Amazon's. */
    String location() {
        return location(prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
    }

    /** @param path empty, or a key after {@code /} */
    String location(String path) {
        String place = "s3://" + bucket + path;
        URI server = endpoint;
        return server == null ? place : place + " at " + server.getScheme() + "://" + server.getAuthority();
    }
}
