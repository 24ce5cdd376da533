package org.understudy.restore.source.imap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * One run of fetching that has ended: how much of the spool's journal it saw. A run can be read as a source again and
 * again with the same result, though later runs add to the spool.
 */
record SpoolRun(Path file, int run, String address, String user, Instant at, long journalOctets) {
    static Path write(Path folder, int run, String address, Instant at, long journalOctets) throws IOException {
        ObjectNode json = SpoolJournal.JSON.createObjectNode();
        json.put("format", Spool.RUN_FORMAT);
        json.put("version", Spool.VERSION);
        json.put("run", run);
        json.put("address", address);
        json.put("user", ImapAddress.parse(address).owner());
        json.put("at", at.toString());
        json.put("journalOctets", journalOctets);
        Path file = folder.resolve("run-%06d.json".formatted(run));
        Spool.write(file, json);
        return file;
    }

    /** Reads a run's file, or nothing if it is none. */
    static @Nullable SpoolRun read(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > 1 << 16) {
            return null;
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length == 0 || bytes[0] != '{') {
            return null;
        }
        JsonNode json;
        try {
            json = SpoolJournal.JSON.readTree(bytes);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            return null;
        }
        if (!json.path("format").asText().equals(Spool.RUN_FORMAT)
                || json.path("version").asInt() != Spool.VERSION) {
            return null;
        }
        try {
            return new SpoolRun(
                    file,
                    json.path("run").asInt(),
                    json.path("address").asText(),
                    json.path("user").asText(),
                    Instant.parse(json.path("at").asText()),
                    json.path("journalOctets").asLong());
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** The latest run of a spool that has ended, or null. */
    static @Nullable SpoolRun latest(Path folder) throws IOException {
        SpoolRun latest = null;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "run-*.json")) {
            for (Path file : files) {
                SpoolRun run = read(file);
                if (run != null && (latest == null || run.run() > latest.run())) {
                    latest = run;
                }
            }
        }
        return latest;
    }
}
