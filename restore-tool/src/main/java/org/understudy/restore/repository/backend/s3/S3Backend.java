package org.understudy.restore.repository.backend.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.ByteMeter;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.restore.repository.backend.Names;
import org.understudy.restore.repository.backend.Payload;
import org.understudy.restore.repository.backend.WriterLock;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** A bucket of an S3 service; each file is the object whose key is the prefix and the file's name. */
public final class S3Backend implements Backend {
    private final S3Service service;
    private final S3Conditions conditions = new S3Conditions();
    private final Clock clock;

    public S3Backend(S3Settings settings, Clock clock) {
        this(settings, clock, S3Tuning.STANDARD);
    }

    S3Backend(S3Settings settings, Clock clock, S3Tuning tuning) {
        this.service = new S3Service(settings, tuning);
        this.clock = clock;
    }

    @Override
    public String location() {
        return service.settings().location();
    }

    @Override
    public String location(String name) {
        return service.location(name);
    }

    @Override
    public OptionalLong size(String name) throws IOException {
        HeadObjectResponse head = head(service, name, null);
        return head == null ? OptionalLong.empty() : OptionalLong.of(head.contentLength());
    }

    /** What the service knows of an object, or null if there is none. */
    static @Nullable HeadObjectResponse head(S3Service service, String name, @Nullable ChecksumMode checksum)
            throws IOException {
        String key = service.key(name);
        try {
            return service.call(
                    "looking at",
                    service.location(name),
                    client -> client.headObject(
                            request -> request.bucket(service.bucket()).key(key).checksumMode(checksum)));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public InputStream open(String name, long offset) throws IOException {
        return new S3Read(service, Names.require(name), offset);
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        String root = service.settings().prefix();
        String prefix = root + Names.requireFolder(folder);
        return service.call("listing", location(), client -> {
            List<Entry> entries = new ArrayList<>();
            client.listObjectsV2Paginator(
                            request -> request.bucket(service.bucket()).prefix(prefix))
                    .contents()
                    .forEach(object -> {
                        String name = object.key().substring(root.length());
                        if (Names.isName(name) && !isLock(name)) {
                            entries.add(new Entry(name, object.size()));
                        }
                    });
            entries.sort(Comparator.comparing(Entry::name));
            return entries;
        });
    }

    private static boolean isLock(String name) {
        return name.equals(S3Lease.NAME) || name.startsWith(S3Lease.FOLDER);
    }

    @Override
    public List<String> top() throws IOException {
        String root = service.settings().prefix();
        return service.call("listing", location(), client -> {
            TreeSet<String> names = new TreeSet<>();
            client.listObjectsV2Paginator(request ->
                            request.bucket(service.bucket()).prefix(root).delimiter("/"))
                    .forEach(page -> {
                        page.contents().forEach(object -> names.add(object.key().substring(root.length())));
                        page.commonPrefixes()
                                .forEach(common -> names.add(common.prefix()
                                        .substring(
                                                root.length(), common.prefix().length() - 1)));
                    });
            names.remove(S3Lease.NAME);
            names.remove(S3Lease.FOLDER.substring(0, S3Lease.FOLDER.length() - 1));
            names.remove("");
            return List.copyOf(names);
        });
    }

    @Override
    public void put(String name, Payload payload, Existing existing, ByteMeter meter)
            throws IOException, InterruptedException {
        try {
            new S3Put(service, conditions, clock, name).put(payload, existing, meter);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            InterruptedException stopped = new InterruptedException("stopped on request");
            stopped.initCause(e);
            throw stopped;
        }
    }

    @Override
    public boolean delete(String name) throws IOException {
        if (head(service, name, null) == null) {
            return false;
        }
        service.call(
                "deleting",
                location(name),
                client -> client.deleteObject(
                        request -> request.bucket(service.bucket()).key(service.key(name))));
        return true;
    }

    /** Gives up uploads that nobody has gone on with for a week; younger ones may still be. */
    @Override
    public int removeLeftovers() throws IOException {
        Instant old = clock.instant().minus(service.tuning().abandoned());
        int removed = 0;
        for (MultipartUpload upload : S3Upload.list(service, service.settings().prefix())) {
            if (upload.initiated() != null && upload.initiated().isBefore(old)) {
                String name = upload.key().substring(service.settings().prefix().length());
                S3Upload.abort(service, upload.key(), upload.uploadId(), service.location(name));
                removed++;
            }
        }
        return removed;
    }

    @Override
    public WriterLock lock(String purpose, Instant now) throws IOException {
        return S3Lease.acquire(service, conditions, purpose, now);
    }

    @Override
    public OptionalLong usableSpace() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<Path> localFile(String name) {
        Names.require(name);
        return Optional.empty();
    }

    @Override
    public void close() {
        service.close();
    }
}
