package org.understudy.server.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the demo needs of a snapshot's manifest (docs/repository-format.md). */
record SnapshotView(List<StoredFile> files, SortedMap<String, SortedMap<YearMonth, Long>> census) {
    /**
     * A file of the snapshot's store.
     *
     * @param firstId the number that its smallest key begins with, or 0 where it has none; likewise the last
     */
    record StoredFile(String name, long size, String sha256, String columnFamily, long firstId, long lastId) {}

    static SnapshotView read(Path repository, String id) throws IOException {
        JsonNode manifest = new JsonMapper()
                .readTree(repository.resolve("snapshots").resolve(id + ".json").toFile());
        List<StoredFile> files = new ArrayList<>();
        for (JsonNode file : manifest.path("files")) {
            files.add(new StoredFile(
                    file.path("name").asText(),
                    file.path("size").asLong(),
                    file.path("sha256").asText(),
                    file.path("columnFamily").asText(),
                    id(file.path("smallestKey").asText()),
                    id(file.path("largestKey").asText())));
        }
        SortedMap<String, SortedMap<YearMonth, Long>> census = new TreeMap<>();
        for (JsonNode user : manifest.path("users")) {
            SortedMap<YearMonth, Long> months = new TreeMap<>();
            for (JsonNode mailbox : user.path("mailboxes")) {
                mailbox.path("months")
                        .properties()
                        .forEach(month -> months.merge(
                                YearMonth.parse(month.getKey()),
                                month.getValue().asLong(),
                                Long::sum));
            }
            census.put(user.path("name").asText(), months);
        }
        return new SnapshotView(files, census);
    }

    /** The messages of one user by month. */
    SortedMap<YearMonth, Long> of(String user) {
        return census.getOrDefault(user, new TreeMap<>());
    }

    private static long id(String keyHex) {
        return keyHex.length() < 16 ? 0 : Long.parseUnsignedLong(keyHex.substring(0, 16), 16);
    }
}
