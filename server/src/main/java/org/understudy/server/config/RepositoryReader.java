package org.understudy.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.s3.S3Settings;

/** Reads {@code repository-folder} and the section {@code repository}. */
final class RepositoryReader {
    private static final String BUCKET = "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]";
    private static final String PREFIX = "([A-Za-z0-9_-][A-Za-z0-9._-]*/)*";

    private RepositoryReader() {}

    private enum Lock {
        NONE,
        GOVERNANCE,
        COMPLIANCE
    }

    static RepositorySettings read(Section root, Path data) {
        Section section = root.section("repository");
        Section s3 = section.section("s3");
        Section encryption = section.section("encryption");
        boolean old = root.has("repository-folder");
        boolean inFolder = section.has("folder");
        boolean inBucket = section.has("s3");
        if (old && (inFolder || inBucket)) {
            root.fault(
                    "repository-folder",
                    "stands beside repository." + (inFolder ? "folder" : "s3")
                            + "; there is one repository, name it once");
        } else if (inFolder && inBucket) {
            section.fault("folder", "stands beside repository.s3; the repository is in a folder or in a bucket");
        }
        Path usual = root.path("repository-folder", data.resolve("repository"));
        Path folder = section.path("folder", usual);
        if (folder.equals(data)) {
            (inFolder ? section : root)
                    .fault(inFolder ? "folder" : "repository-folder", "must not be the data folder itself, " + data);
        }
        if (inBucket && !s3.has("bucket")) {
            section.fault("s3", "needs a bucket");
        }
        S3Settings bucket = bucket(s3);
        Path keyFile = encryption.optionalPath("key-file");
        if (keyFile != null && !inBucket && keyFile.startsWith(folder)) {
            encryption.fault("key-file", "lies in the repository that it locks; keep it elsewhere");
        }
        encryption.finish();
        section.finish();
        return inBucket ? new RepositorySettings(null, bucket, keyFile) : new RepositorySettings(folder, null, keyFile);
    }

    private static S3Settings bucket(Section s) {
        String bucket = s.text("bucket", "");
        if (s.has("bucket") && !bucket.matches(BUCKET)) {
            s.fault("bucket", "expected the name of a bucket, 3 to 63 of a-z, 0-9, '-' and '.'");
        }
        String prefix = s.text("prefix", "");
        String whole = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
        if (!whole.matches(PREFIX)) {
            s.fault("prefix", "expected folders of letters, digits, '.', '_' and '-', divided by '/'");
            whole = "";
        }
        Section lock = s.section("object-lock");
        Lock mode = lock.oneOf("mode", Lock.class, Lock.NONE);
        Duration keep = lock.duration("keep", Duration.ofDays(30), Duration.ofDays(1));
        lock.finish();
        S3Settings settings = new S3Settings(
                endpoint(s),
                s.text("region", "us-east-1"),
                bucket,
                whole,
                s.truth("path-style", false),
                s.optionalPath("credentials-file"),
                s.has("profile") ? s.text("profile", "default") : null,
                s.oneOf("read-back", S3Settings.ReadBack.class, S3Settings.ReadBack.CHECKSUM),
                switch (mode) {
                    case NONE -> null;
                    case GOVERNANCE -> new S3Settings.Retention(S3Settings.Retention.Mode.GOVERNANCE, keep);
                    case COMPLIANCE -> new S3Settings.Retention(S3Settings.Retention.Mode.COMPLIANCE, keep);
                });
        s.finish();
        return settings;
    }

    private static @Nullable URI endpoint(Section s) {
        String text = s.text("endpoint", "");
        if (text.isEmpty()) {
            return null;
        }
        try {
            URI uri = new URI(text);
            boolean plain = ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && (uri.getPath().isEmpty() || uri.getPath().equals("/"));
            if (plain) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Reported below, like every other text that is none.
            s.fault("endpoint", "is no URL: " + e.getReason());
            return null;
        }
        s.fault("endpoint", "expected https://HOST or https://HOST:PORT, without path, user or password");
        return null;
    }
}
