package org.understudy.server.metrics;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.shadow.ReplayTotals;

/** Sums over all restores. What has not changed on the disk since it was last looked at is not read again. */
final class RestoreTally {
    private final Path restores;
    private final Map<String, Known> known = new HashMap<>();

    /**
     * @param stopped how many have a last step that failed
     * @param totals of replays whose restores are validated
     * @param verdicts of the same
     */
    record Sums(Map<RestoreState, Long> states, long stopped, ReplayTotals totals, VerdictCounts verdicts) {
        static final Sums NONE = new Sums(Map.of(), 0, ReplayTotals.NONE, VerdictCounts.NONE);
    }

    private record Graded(ReplayTotals totals, VerdictCounts verdicts) {
        static final Graded NOT_YET = new Graded(ReplayTotals.NONE, VerdictCounts.NONE);
    }

    private record Known(String job, RestoreState state, boolean stopped, String report, Graded graded) {}

    RestoreTally(Path restores) {
        this.restores = restores;
    }

    Sums sums() {
        Map<RestoreState, Long> states = new EnumMap<>(RestoreState.class);
        long stopped = 0;
        ReplayTotals totals = ReplayTotals.NONE;
        VerdictCounts verdicts = VerdictCounts.NONE;
        look();
        for (Known one : known.values()) {
            states.merge(one.state(), 1L, Long::sum);
            stopped += one.stopped() ? 1 : 0;
            totals = totals.plus(one.graded().totals());
            verdicts = verdicts.plus(one.graded().verdicts());
        }
        return new Sums(states, stopped, totals, verdicts);
    }

    private void look() {
        Set<String> there = new HashSet<>();
        if (Files.isDirectory(restores)) {
            try (Stream<Path> folders = Files.list(restores)) {
                for (Path folder : (Iterable<Path>) folders::iterator) {
                    String id = String.valueOf(folder.getFileName());
                    if (look(folder, id)) {
                        there.add(id);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(restores + ": the restores cannot be listed", e);
            }
        }
        known.keySet().retainAll(there);
    }

    /** Whether there is a restore in a folder, which may go meanwhile. */
    private boolean look(Path folder, String id) throws IOException {
        String job = stamp(folder.resolve("job.json"));
        String report = stamp(folder.resolve("report.json"));
        if (job.isEmpty()) {
            return false;
        }
        Known before = known.get(id);
        if (before != null && before.job().equals(job) && before.report().equals(report)) {
            return true;
        }
        try {
            RestoreJob now = RestoreJobs.one(restores, id);
            Graded graded = report.isEmpty()
                    ? Graded.NOT_YET
                    : before != null && before.report().equals(report)
                            ? before.graded()
                            : graded(folder.resolve("report.json"));
            known.put(id, new Known(job, now.state(), now.failure() != null, report, graded));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** What tells a file from others that were under its name; empty where there is none. */
    private static String stamp(Path file) throws IOException {
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            return seen.lastModifiedTime() + " " + seen.size() + " " + seen.fileKey();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** Reads no further than the sums, which come before lists that may be long. */
    private static Graded graded(Path report) throws IOException {
        ObjectReader mapper = RestoreJson.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        ReplayTotals totals = null;
        VerdictCounts verdicts = null;
        try (JsonParser in = RestoreJson.mapper().createParser(report.toFile())) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(report + " is not a report");
            }
            while ((totals == null || verdicts == null) && in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "replay" -> totals = mapper.forType(ReplayTotals.class).readValue(in);
                    case "totals" ->
                        verdicts = mapper.forType(VerdictCounts.class).readValue(in);
                    default -> in.skipChildren();
                }
            }
        }
        if (totals == null || verdicts == null) {
            throw new IOException(report + " has no sums");
        }
        return new Graded(totals, verdicts);
    }
}
