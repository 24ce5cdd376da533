package org.understudy.restore.repository;

import java.util.HexFormat;
import java.util.List;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Family;

/** The bodies that a sorted table may hold rows of. Its keys are {@code body:8 | chunk:4}. */
record BodyRange(Manifest.StoredFile file, long first, long last) {
    /** The ranges of those of {@code files} that hold bodies. */
    static List<BodyRange> of(List<Manifest.StoredFile> files) {
        return files.stream()
                .filter(file -> file.columnFamily().equals(Family.BODY.columnFamily()))
                .map(file -> new BodyRange(file, id(file.smallestKey()), id(file.largestKey())))
                .toList();
    }

    static List<Manifest.StoredFile> covering(List<BodyRange> ranges, BodyId body) {
        return ranges.stream()
                .filter(range -> range.covers(body))
                .map(BodyRange::file)
                .toList();
    }

    boolean covers(BodyId body) {
        return first <= body.value() && body.value() <= last;
    }

    private static long id(String key) {
        return key.length() < 16 ? 0 : HexFormat.fromHexDigitsToLong(key, 0, 16);
    }
}
