package org.understudy.server.schedule;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.sealed.SealedFile;
import org.understudy.storage.OperatorException;

/** {@code schedule.json} of a data folder (docs/schedule.md). */
final class ScheduleFile {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleFile.class);
    private static final String FILE = "schedule.json";
    private static final SealedFile<Content> FORM = new SealedFile<>("understudy-schedule", 1, Content.class);

    private final Path dataFolder;

    ScheduleFile(Path dataFolder) {
        this.dataFolder = dataFolder;
    }

    /** @param since when the server began to keep this file */
    record Content(Instant since, List<JobState> jobs) {
        Content {
            jobs = List.copyOf(jobs);
        }
    }

    /** What the file says; where it is missing or damaged, that nothing has run yet. */
    Content read(Instant now) {
        try {
            return FORM.read(dataFolder.resolve(FILE)).orElseGet(() -> new Content(now, List.of()));
        } catch (SealedFile.DamagedException | OperatorException e) {
            LOG.error(
                    "{} {}: when jobs ran last is not known, so each runs when it would on a new server",
                    dataFolder.resolve(FILE),
                    e.getMessage());
            return new Content(now, List.of());
        }
    }

    /** What cannot be written is said in the log, and jobs go on. */
    void write(Content content) {
        try {
            FORM.write(dataFolder, FILE, content);
        } catch (OperatorException e) {
            LOG.error("what scheduled jobs did cannot be kept: {}. {}", e.getMessage(), e.hint());
        }
    }
}
