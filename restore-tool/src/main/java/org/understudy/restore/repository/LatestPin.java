package org.understudy.restore.repository;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.understudy.restore.repository.backend.Durable;

/**
 * The last snapshot that was taken from this machine into a repository, noted in the keys folder as {@code
 * latest-<repository id>.json}: without it, a repository from which the newest snapshots were removed would look whole.
 */
record LatestPin(String repositoryId, String snapshot, long number, String manifestSha256) {
    static Optional<LatestPin> read(Path keys, Repository repository) {
        Path file = file(keys, repository);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), LatestPin.class));
        } catch (JacksonException e) {
            throw Refusal.repository(
                    file + " cannot be read: " + e.getOriginalMessage(),
                    "Remove it, then run 'understudy repo verify' and check that the newest snapshots are there; the"
                            + " next snapshot writes it anew.");
        } catch (IOException e) {
            throw Refusal.io("reading", file, e);
        }
    }

    void write(Path keys, Repository repository) throws IOException {
        Durable.write(file(keys, repository), Json.MAPPER.writeValueAsBytes(this), "rw-r--r--");
    }

    private static Path file(Path keys, Repository repository) {
        return keys.resolve("latest-" + repository.id() + ".json");
    }
}
