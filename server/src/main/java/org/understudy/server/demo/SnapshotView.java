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
    /** A file of the snapshot's store. */
    record StoredFile(String name, long size, String sha256, String columnFamily) {}

    static SnapshotView read(Path repository, String id) throws IOException {
        JsonNode manifest = new JsonMapper()
                .readTree(repository.resolve("snapshots").resolve(id + ".json").toFile());
        List<StoredFile> files = new ArrayList<>();
        for (JsonNode file : manifest.path("files")) {
            files.add(new StoredFile(
                    file.path("name").asText(),
                    file.path("size").asLong(),
                    file.path("sha256").asText(),
                    file.path("columnFamily").asText()));
        }
        SortedMap<String, SortedMap<YearMonth, Long>> census = new TreeMap<>();
        for (JsonNode user : manifest.path("users")) {
            SortedMap<YearMonth, Long> months = new TreeMap<>();
            for (JsonNode mailbox : user.path("mailboxes")) {
                mailbox.path("months")
                        .properties()
                        .forEach(month -> months.merge(
                                YearMonth.parse(month.getKey()), month.getValue().asLong(), Long::sum));
            }
            census.put(user.path("name").asText(), months);
        }
        return new SnapshotView(files, census);
    }
}
