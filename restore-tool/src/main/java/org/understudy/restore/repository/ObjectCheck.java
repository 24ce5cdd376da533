package org.understudy.restore.repository;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.understudy.restore.repository.RepositoryFinding.Kind;

/** Compares objects with what a manifest says of them. Each is looked at once, however many snapshots share it. */
final class ObjectCheck {
    private final ObjectFolder objects;
    private final Map<String, Optional<Fault>> quick = new HashMap<>();
    private final Map<String, Optional<Fault>> full = new HashMap<>();
    private long bytesRead;

    ObjectCheck(ObjectFolder objects) {
        this.objects = objects;
    }

    /** What is wrong with an object. */
    record Fault(Kind kind, String expected, String found) {}

    /** Looks at presence and size. */
    Optional<Fault> quick(Manifest.StoredFile file) {
        return quick.computeIfAbsent(file.sha256(), sha -> sizeFault(file));
    }

    /** Reads the whole object, unless its size is off already. */
    Optional<Fault> full(Manifest.StoredFile file, Meter meter) throws InterruptedException {
        Optional<Fault> known = full.get(file.sha256());
        if (known == null) {
            known = quick(file);
            if (known.isEmpty()) {
                known = contentFault(file, meter);
            }
            full.put(file.sha256(), known);
        }
        return known;
    }

    long bytesRead() {
        return bytesRead;
    }

    long looked() {
        return Math.max(quick.size(), full.size());
    }

    private Optional<Fault> sizeFault(Manifest.StoredFile file) {
        try {
            OptionalLong size = objects.size(file.sha256());
            if (size.isEmpty()) {
                return Optional.of(new Fault(Kind.OBJECT_MISSING, file.size() + " bytes", "no file"));
            }
            return size.getAsLong() == file.size()
                    ? Optional.empty()
                    : Optional.of(new Fault(Kind.OBJECT_SIZE, file.size() + " bytes", size.getAsLong() + " bytes"));
        } catch (IOException e) {
            return Optional.of(unreadable(file, e));
        }
    }

    private Optional<Fault> contentFault(Manifest.StoredFile file, Meter meter) throws InterruptedException {
        try {
            String digest = objects.digest(file.sha256(), meter).toString();
            bytesRead += file.size();
            return digest.equals(file.sha256())
                    ? Optional.empty()
                    : Optional.of(new Fault(Kind.OBJECT_CONTENT, "SHA-256 " + file.sha256(), "SHA-256 " + digest));
        } catch (IOException e) {
            return Optional.of(unreadable(file, e));
        }
    }

    private static Fault unreadable(Manifest.StoredFile file, IOException e) {
        String said = e.getMessage();
        return new Fault(
                Kind.OBJECT_UNREADABLE,
                file.size() + " bytes that can be read",
                said == null ? e.getClass().getSimpleName() : said);
    }
}
